// Package feed reads RSS, Atom and JSON feeds, well formed or not: what they
// list, not what it says. It fetches nothing.
package feed

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	"github.com/mmcdole/gofeed/atom"
	"golang.org/x/net/html"

	"stakeout/crawler/xmltext"
	"stakeout/story"
	"stakeout/weburl"
)

// MaxItems is how many items of one feed are taken.
const MaxItems = 10000

// ErrNoFeed is a document that is no feed; it is not temporary.
var ErrNoFeed = errors.New("not a feed of a known kind")

// Feed is a feed as read.
type Feed struct {
	Title string
	Link  string // of the site, absolute; "" where none is stated
	Next  string // the feed's next page, absolute; "" for none
	Pace  Pace
	Items []Item
}

// Item is one entry. Its times are zero where none is stated.
type Item struct {
	URL       string // absolute, not canonical
	ID        string // guid or id, as stated
	Title     string
	Published time.Time
	Updated   time.Time
}

// Parse reads a feed that was fetched from url, of the given content type ("" if
// unknown).
func Parse(url string, body []byte, contentType string) (*Feed, error) {
	text := xmltext.ToUTF8(body, contentType)
	parsed, err := strict(text)
	if err == nil && parsed.FeedType == "json" && parsed.FeedVersion == "" && len(parsed.Items) == 0 {
		return nil, ErrNoFeed // any JSON object passes for one
	}
	if err == nil {
		return convert(url, parsed), nil
	}
	if feed := lenient(url, text); feed != nil && (len(feed.Items) > 0 || feed.Title != "" || feed.Link != "") {
		return feed, nil
	}
	if errors.Is(err, gofeed.ErrFeedTypeNotDetected) {
		return nil, ErrNoFeed
	}
	return nil, fmt.Errorf("reading the feed: %w", err)
}

// strict reads a feed that keeps to the rules. A panic in there is an error.
func strict(text []byte) (feed *gofeed.Feed, err error) {
	defer func() {
		if p := recover(); p != nil {
			feed, err = nil, fmt.Errorf("panic: %v", p)
		}
	}()
	parser := gofeed.NewParser()
	parser.KeepOriginalFeed = true
	return parser.Parse(bytes.NewReader(text))
}

func convert(url string, in *gofeed.Feed) *Feed {
	f := &Feed{Title: plain(in.Title), Link: absolute(url, in.Link)}
	f.Next, f.Pace = nextOf(url, in), paceOf(in)
	for _, i := range in.Items[:min(len(in.Items), MaxItems)] {
		item := Item{URL: linkOf(url, i), ID: i.GUID, Title: plain(i.Title)}
		if i.PublishedParsed != nil {
			item.Published = *i.PublishedParsed
		}
		if i.UpdatedParsed != nil {
			item.Updated = *i.UpdatedParsed
		}
		f.Items = append(f.Items, item)
	}
	return f
}

// linkOf is an item's address: its link, else its guid where that is one.
func linkOf(base string, i *gofeed.Item) string {
	for _, candidate := range append([]string{i.Link}, i.Links...) {
		if u := absolute(base, candidate); u != "" {
			return u
		}
	}
	if strings.HasPrefix(i.GUID, "http://") || strings.HasPrefix(i.GUID, "https://") {
		return absolute(base, i.GUID)
	}
	return ""
}

// nextOf is the next page of a feed that has several (RFC 5005, section 3).
func nextOf(url string, in *gofeed.Feed) string {
	if a, ok := in.OriginalFeed().(*atom.Feed); ok {
		for _, l := range a.Links {
			if l.Rel == "next" {
				return absolute(url, l.Href)
			}
		}
	}
	return ""
}

func absolute(base, ref string) string {
	if ref = strings.TrimSpace(ref); ref == "" {
		return ""
	}
	u, err := weburl.Resolve(base, ref)
	if err != nil {
		return ""
	}
	return u
}

// plain is a title without the markup that some feeds put into it.
func plain(title string) string {
	title = html.UnescapeString(title)
	if !strings.Contains(title, "</") {
		return story.Plain(title)
	}
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(title))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return story.Plain(b.String())
		case html.TextToken:
			b.Write(z.Text())
		}
	}
}
