package crawler

import (
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Limits that keep us out of pages without end, which sites make by accident:
// links that add to their own path, and calendars that go on for ever.
const (
	maxRepeats  = 4      // of a part of a path, one after the other
	maxSame     = 10     // of one segment, wherever it stands
	maxRunPages = 20_000 // listings that one run of a source reads
	maxDryDates = 12     // listings of one date after another that list nothing new
	yearsAhead  = 1      // that a listing may be of
)

// repeats reports whether a path says the same part of it over and over again.
func repeats(u *url.URL) bool {
	segments := strings.Split(strings.Trim(u.EscapedPath(), "/"), "/")
	if len(segments) <= maxRepeats {
		return false
	}
	times := map[string]int{}
	for _, s := range segments {
		if times[s]++; times[s] > maxSame {
			return true
		}
	}
	for period := 1; period <= len(segments)/(maxRepeats+1); period++ {
		same := 0 // segments in a row that are as those a period before
		for i := period; i < len(segments); i++ {
			if segments[i] != segments[i-period] {
				same = 0
				continue
			}
			if same++; same >= maxRepeats*period {
				return true
			}
		}
	}
	return false
}

// trail is the way of one run through a source's listings.
type trail struct {
	pages int
	links int // that were listed when it came to the last page
	dry   int // dated listings in a row that listed nothing new
}

// step is asked before a listing is requested: links is how many were listed so
// far. An error is a FetchError that names the limit.
func (t *trail) step(address string, links int, now time.Time) error {
	if t.pages++; t.pages > maxRunPages {
		return &FetchError{URL: address, Kind: KindPages, Err: fmt.Errorf("more than %d listing pages in one run", maxRunPages)}
	}
	year, dated := yearOf(address)
	if links > t.links || !dated {
		t.dry = 0
	}
	t.links = links
	if !dated {
		return nil
	}
	if year > now.Year()+yearsAhead && t.pages > 1 {
		return &FetchError{URL: address, Kind: KindCalendar, Err: fmt.Errorf("it is a listing of %d, which is yet to come", year)}
	}
	if t.dry++; t.dry > maxDryDates {
		return &FetchError{URL: address, Kind: KindCalendar, Err: fmt.Errorf("%d listings of one date after another listed nothing new", maxDryDates)}
	}
	return nil
}

// reDate matches a year and a month, or a parameter that is a year.
var reDate = regexp.MustCompile(`(?i)(?:^|[/=_.-])((?:19|2\d)\d\d)[/_.-]?(?:0?[1-9]|1[0-2])(?:$|[/&_.-]|\d\d(?:\D|$))|[?&;](?:\w*year|y|yr)=(\d{4})(?:\D|$)`)

// isFile matches sitemaps, which end with their index however many there are.
var isFile = regexp.MustCompile(`(?i)\.(?:xml|gz|txt|json)$`)

// yearOf is the year of a listing whose address has a date.
func yearOf(address string) (year int, ok bool) {
	u, err := url.Parse(address)
	if err != nil || isFile.MatchString(u.Path) {
		return 0, false
	}
	m := reDate.FindStringSubmatch(u.RequestURI())
	if m == nil {
		return 0, false
	}
	year, err = strconv.Atoi(m[1] + m[2])
	return year, err == nil
}
