package extract

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"stakeout/story"
)

// clock is how times that state no zone, or an order of day and month that is
// not plain, are to be read.
type clock struct {
	zone       *time.Location // nil means UTC
	layout     string         // Go layout, tried first; "" for none
	monthFirst bool           // 4/5/2026 is 5 April, as in American English
}

var (
	isoTime = regexp.MustCompile(`(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt ,_]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,:]\d+)?)?\s*(Z|z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2}\b)?)?`)
	yearFst = regexp.MustCompile(`(\d{4})\s*[./年년-]\s*(\d{1,2})\s*[./月월-]\s*(\d{1,2})`)
	yearLst = regexp.MustCompile(`(\d{1,2})\s?[./-]\s?(\d{1,2})\s?[./-]\s?(\d{4}|\d{2})(?:\D|$)`)
	compact = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})(?:[T_ ]?(\d{2}):?(\d{2}):?(\d{2})?\s*(Z|[+-]\d{2}:?\d{2})?)?$`)
	timeDay = regexp.MustCompile(`(?i)(\d{1,2})(?:\s?[:時时시点點]\s?|[.h]|\s?h\s|\s?u\s)(\d{2})(?:\s?[:.分분]\s?(\d{2}))?\s?([ap]\.?m\b\.?)?|\b(\d{1,2})\s?([ap]\.?m\b\.?|uhr)`)
	offsets = regexp.MustCompile(`(?i)(?:UTC|GMT)?\s*([+-])(\d{1,2}):?(\d{2})?\b`)
	ordinal = regexp.MustCompile(`(\d)(?:st|nd|rd|th|er|re|º|ª|°|η)\b\.?`)
)

// parseMoment reads a time as pages write it, by machine or for people. ok is
// false where there is none; what is impossible is none.
func parseMoment(s string, c clock) (m story.Moment, ok bool) {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > 300 {
		return "", false
	}
	zone := c.zone
	if zone == nil {
		zone = time.UTC
	}
	if c.layout != "" {
		if t, err := time.ParseInLocation(c.layout, s, zone); err == nil {
			if layoutHasTime(c.layout) {
				return story.At(t), true
			}
			return story.Day(t), true
		}
	}
	s = plainDigits(s)
	if g := isoTime.FindStringSubmatch(s); g != nil {
		return iso(g[1:], s[strings.Index(s, g[0])+len(g[0]):], zone)
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil && (len(s) == 10 || len(s) == 13) {
		if len(s) == 13 {
			n /= 1000
		}
		if t := time.Unix(n, 0).UTC(); t.Year() >= 1990 && t.Year() < 2100 {
			return story.At(t), true
		}
		return "", false
	}
	if g := compact.FindStringSubmatch(s); g != nil {
		return iso(g[1:], "", zone)
	}
	y, mo, d, rest, found := findDay(s, c.monthFirst)
	if !found {
		return "", false
	}
	return onDay(y, mo, d, rest, zone)
}

// iso makes a Moment of year, month, day, and where given hour, minute, second
// and offset; after is what follows, which may name a zone.
func iso(g []string, after string, zone *time.Location) (story.Moment, bool) {
	y, mo, d := number(g[0]), number(g[1]), number(g[2])
	if !validDay(y, mo, d) {
		return "", false
	}
	if g[3] == "" {
		return onDay(y, mo, d, after, zone)
	}
	if z, ok := zoneOf(strings.TrimSpace(g[6])); ok {
		zone = z
	} else if g[6] == "" && after != "" {
		if z, ok := namedZone(after, y, mo); ok {
			zone = z
		}
	}
	return at(y, mo, d, number(g[3]), number(g[4]), number(g[5]), zone)
}

// onDay looks for a time of day in what stands around the day.
func onDay(y, mo, d int, rest string, zone *time.Location) (story.Moment, bool) {
	if !validDay(y, mo, d) {
		return "", false
	}
	for _, another := range []*regexp.Regexp{yearFst, yearLst} {
		if i := another.FindStringIndex(rest); i != nil {
			rest = rest[:i[0]] // what stands after another day is of that day
		}
	}
	g := timeDay.FindStringSubmatchIndex(rest)
	if g == nil {
		return story.Day(time.Date(y, time.Month(mo), d, 0, 0, 0, 0, time.UTC)), true
	}
	sub := func(i int) string {
		if g[2*i] < 0 {
			return ""
		}
		return rest[g[2*i]:g[2*i+1]]
	}
	h, mi, sec, half := number(sub(1)), number(sub(2)), number(sub(3)), strings.ToLower(sub(4))
	if sub(1) == "" {
		h, half = number(sub(5)), strings.ToLower(sub(6))
	}
	around := strings.ToLower(rest[max(0, g[0]-12):g[0]])
	switch {
	case strings.HasPrefix(half, "p") || strings.Contains(around, "午後") || strings.Contains(around, "下午") || strings.Contains(around, "오후"):
		if h < 12 {
			h += 12
		}
	case strings.HasPrefix(half, "a") && h == 12:
		h = 0
	}
	if z, ok := namedZone(rest[g[1]:], y, mo); ok {
		zone = z
	}
	m, ok := at(y, mo, d, h, mi, sec, zone)
	if !ok {
		return story.Day(time.Date(y, time.Month(mo), d, 0, 0, 0, 0, time.UTC)), true
	}
	return m, true
}

func at(y, mo, d, h, mi, sec int, zone *time.Location) (story.Moment, bool) {
	if h > 24 || mi > 59 || sec > 60 {
		return "", false
	}
	return story.At(time.Date(y, time.Month(mo), d, h, mi, sec, 0, zone)), true
}

// findDay finds the first day in a text; rest is the text without it.
func findDay(s string, monthFirst bool) (y, mo, d int, rest string, ok bool) {
	if g := yearFst.FindStringSubmatchIndex(s); g != nil {
		y, mo, d = number(s[g[2]:g[3]]), number(s[g[4]:g[5]]), number(s[g[6]:g[7]])
		return y, mo, d, s[:g[0]] + " " + s[g[1]:], validDay(y, mo, d)
	}
	if g := yearLst.FindStringSubmatchIndex(s); g != nil {
		d, mo, y = number(s[g[2]:g[3]]), number(s[g[4]:g[5]]), number(s[g[6]:g[7]])
		if y < 100 {
			y += 2000
		}
		if mo > 12 || monthFirst && d <= 12 && strings.Contains(s[g[0]:g[1]], "/") {
			d, mo = mo, d
		}
		return y, mo, d, s[:g[0]] + " " + s[g[7]:], validDay(y, mo, d)
	}
	return findWordDay(s)
}

// vietnamese is a day as "ngày 5 tháng 11 năm 2019".
var vietnamese = regexp.MustCompile(`(\d{1,2})\s*tháng\s*(\d{1,2})\s*(?:,|năm|[-/])?\s*(\d{4})`)

// findWordDay finds a day whose month is written as a word.
func findWordDay(s string) (y, mo, d int, rest string, ok bool) {
	if strings.Contains(s, "tháng") {
		if plain := vietnamese.ReplaceAllString(s, "$1/$2/$3"); plain != s {
			return findDay(plain, false)
		}
	}
	s = levantine.Replace(s)
	s = ordinal.ReplaceAllString(foldAccents(strings.ToLower(s)), "$1")
	words := strings.FieldsFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune(",.;|/()–—·•", r) || r == '-'
	})
	for i, w := range words {
		m, isMonth := months[w]
		if !isMonth {
			continue
		}
		d, y, last := aroundMonth(words, i)
		if d == 0 || y == 0 {
			continue
		}
		// What is left for the time of day stands after the year, or before all.
		tail := s
		if at := strings.Index(tail, w); at >= 0 {
			tail = tail[at+len(w):]
		}
		year := words[last]
		if at := strings.Index(tail, year); at >= 0 {
			tail = tail[at+len(year):]
		}
		if timeDay.FindString(tail) == "" {
			tail += " " + strings.Join(words[:max(0, i-1)], " ")
		}
		return y, int(m), d, tail, validDay(y, int(m), d)
	}
	return 0, 0, 0, "", false
}

// aroundMonth finds day and year beside the month at words[i]; last is where
// the year stands.
func aroundMonth(words []string, i int) (d, y, last int) {
	skip := func(j, step int) int {
		for j >= 0 && j < len(words) && (words[j] == "de" || words[j] == "del" || words[j] == "of" || words[j] == "г" || words[j] == "the") {
			j += step
		}
		return j
	}
	num := func(j int) int {
		if j < 0 || j >= len(words) {
			return 0
		}
		n, err := strconv.Atoi(strings.TrimRight(words[j], "日."))
		if err != nil {
			return 0
		}
		return n
	}
	before, after := skip(i-1, -1), skip(i+1, 1)
	if n := num(before); n >= 1 && n <= 31 && len(words[before]) <= 2 {
		d = n
		if y, last = year(num(after)), after; y >= 1990 && y < 2100 {
			return d, y, last
		}
		return d, 0, 0
	}
	if n := num(after); n >= 1 && n <= 31 {
		next := skip(after+1, 1)
		if y = year(num(next)); y >= 1990 && y < 2100 {
			return n, y, next
		}
		if y = num(before); y >= 1990 && y < 2100 {
			return n, y, after
		}
	}
	return 0, 0, 0
}

// year is a year of the common era: Thailand counts from 543 before it.
func year(y int) int {
	if y > 2500 && y < 2600 {
		return y - 543
	}
	return y
}

func validDay(y, mo, d int) bool {
	if y < 1900 || y > 2100 || mo < 1 || mo > 12 || d < 1 {
		return false
	}
	return d <= time.Date(y, time.Month(mo)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// zoneOf reads an offset such as Z, +02:00, +0200 or +02.
func zoneOf(s string) (*time.Location, bool) {
	if s == "" {
		return nil, false
	}
	if sec, ok := zones[strings.ToLower(s)]; ok {
		return fixed(sec), true
	}
	if g := offsets.FindStringSubmatch(s); g != nil {
		sec := number(g[2])*3600 + number(g[3])*60
		if sec > 15*3600 {
			return nil, false
		}
		if g[1] == "-" {
			sec = -sec
		}
		return fixed(sec), true
	}
	return nil, false
}

// namedZone looks for a zone among the first words after a time of day.
func namedZone(after string, y, mo int) (*time.Location, bool) {
	after = after[:min(len(after), 40)]
	if g := offsets.FindStringIndex(after); g != nil && g[0] <= 2 {
		return zoneOf(after[g[0]:g[1]])
	}
	words := strings.FieldsFunc(strings.ToLower(after), func(r rune) bool { return !unicode.IsLetter(r) })
	for _, w := range words[:min(len(words), 2)] {
		if sec, ok := zones[w]; ok {
			return fixed(sec), true
		}
		if name, ok := regions[w]; ok {
			if z, err := time.LoadLocation(name); err == nil {
				return z, true
			}
		}
	}
	return nil, false
}

func fixed(sec int) *time.Location {
	if sec == 0 {
		return time.UTC
	}
	return time.FixedZone("", sec)
}

// layoutHasTime reports whether a Go layout reads a time of day.
func layoutHasTime(layout string) bool {
	return strings.Contains(layout, "15") || strings.Contains(layout, ":04") || strings.Contains(layout, "PM") || strings.Contains(layout, "pm")
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}

// plainDigits writes every decimal digit as ASCII.
func plainDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 || !unicode.IsDigit(r) {
			if r == '\u00a0' || r == '\u202f' {
				return ' '
			}
			return r
		}
		zero := r
		for unicode.IsDigit(zero-1) && r-zero < 9 {
			zero--
		}
		return '0' + (r - zero)
	}, s)
}

// foldAccents drops the accents of Latin letters.
func foldAccents(s string) string {
	plain := true
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	return norm.NFC.String(strings.Map(func(r rune) rune {
		switch {
		case r >= 0x300 && r < 0x370:
			return -1
		case r == 'ı':
			return 'i'
		}
		return r
	}, norm.NFD.String(s)))
}

// wordsOf are a text's words, lower case, without accents.
func wordsOf(s string) []string { return strings.Fields(foldAccents(strings.ToLower(s))) }
