package feed

import (
	"bytes"
	"strings"
	"time"

	"golang.org/x/net/html"
)

// lenient reads a feed that is no well-formed XML as browsers read HTML: tags
// where they can be recognised, whatever stands between them. It returns nil
// where nothing looks like a feed.
func lenient(url string, text []byte) *Feed {
	z := html.NewTokenizer(bytes.NewReader(text))
	z.SetMaxBuf(4 << 20)
	r := lenientReader{base: url, feed: &Feed{}}
	for {
		switch z.Next() {
		case html.ErrorToken:
			if !r.isFeed {
				return nil
			}
			r.close()
			r.feed.Pace.syndication(r.period, r.times)
			return r.feed
		case html.StartTagToken, html.SelfClosingTagToken:
			r.start(z.Token())
		case html.EndTagToken:
			r.end(local(z.Token().Data))
		case html.TextToken:
			r.text.Write(z.Text())
		case html.CommentToken:
			// the tokenizer takes <![CDATA[…]]> for a comment
			if data := z.Token().Data; strings.HasPrefix(data, "[CDATA[") {
				r.text.WriteString(strings.TrimSuffix(data[len("[CDATA["):], "]]"))
			}
		}
	}
}

// lenientReader holds what is carried from tag to tag.
type lenientReader struct {
	base   string
	feed   *Feed
	isFeed bool
	item   *Item
	text   strings.Builder
	period string // of the syndication module, with its frequency
	times  string
}

// local is a tag's name without its prefix.
func local(name string) string {
	if i := strings.LastIndexByte(name, ':'); i >= 0 {
		return name[i+1:]
	}
	return name
}

func (r *lenientReader) start(t html.Token) {
	r.text.Reset()
	name := local(t.Data)
	switch name {
	case "rss", "rdf", "feed", "channel":
		r.isFeed = true
	case "item", "entry":
		r.close()
		r.item = &Item{}
		for _, a := range t.Attr {
			switch a.Key {
			case "rdf:about":
				r.item.ID = a.Val
			case "href": // of CDF, an early kind of feed
				r.item.URL = absolute(r.base, a.Val)
			}
		}
	case "link":
		r.link(t)
	}
}

// link takes an Atom link, whose address is an attribute.
func (r *lenientReader) link(t html.Token) {
	var href, rel string
	for _, a := range t.Attr {
		switch a.Key {
		case "href":
			href = a.Val
		case "rel":
			rel = a.Val
		}
	}
	switch {
	case href == "" || rel != "" && rel != "alternate":
	case r.item != nil && r.item.URL == "":
		r.item.URL = absolute(r.base, href)
	case r.item == nil && r.feed.Link == "":
		r.feed.Link = absolute(r.base, href)
	}
}

func (r *lenientReader) end(name string) {
	value := strings.TrimSpace(r.text.String())
	r.text.Reset()
	switch {
	case name == "item" || name == "entry":
		r.close()
	case value == "":
	case r.item == nil && name == "title" && r.feed.Title == "":
		r.feed.Title = plain(value)
	case r.item == nil && name == "link" && r.feed.Link == "":
		r.feed.Link = absolute(r.base, value)
	case r.item != nil:
		r.field(name, value)
	case name == "updateperiod":
		r.period = value
	case name == "updatefrequency":
		r.times = value
	default:
		r.feed.Pace.add(name, value)
	}
}

func (r *lenientReader) field(name, value string) {
	switch name {
	case "title":
		if r.item.Title == "" {
			r.item.Title = plain(value)
		}
	case "link":
		if r.item.URL == "" {
			r.item.URL = absolute(r.base, value)
		}
	case "guid", "id":
		r.item.ID = value
	case "pubdate", "published", "date", "issued":
		r.item.Published = parseTime(value)
	case "updated", "modified":
		r.item.Updated = parseTime(value)
	}
}

// close ends the item that is open.
func (r *lenientReader) close() {
	if r.item == nil || len(r.feed.Items) >= MaxItems {
		return
	}
	if r.item.URL == "" && strings.HasPrefix(r.item.ID, "http") {
		r.item.URL = absolute(r.base, r.item.ID)
	}
	r.feed.Items = append(r.feed.Items, *r.item)
	r.item = nil
}

func parseTime(s string) time.Time {
	for _, layout := range []string{time.RFC3339, time.RFC1123Z, time.RFC1123, "Mon, 2 Jan 2006 15:04:05 -0700", "Mon, 2 Jan 2006 15:04:05 MST", "2006-01-02T15:04:05", "2006-01-02"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t
		}
	}
	return time.Time{}
}
