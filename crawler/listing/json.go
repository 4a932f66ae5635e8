package listing

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"stakeout/crawler/xmltext"
	"stakeout/jsonpath"
	"stakeout/story"
	"stakeout/weburl"
)

// JSON is a listing that is JSON altogether, such as what a page's "load more"
// fetches.
type JSON struct {
	URL  string
	text string
	root any // numbers are json.Number
}

// maxJSON is how many bytes of JSON are read whole: decoded it takes several
// times as much.
const maxJSON = 8 << 20

// What some servers write around JSON: a guard against scripts of other sites,
// and the call of a function (JSONP).
var (
	reGuard = regexp.MustCompile(`^(?:\)\]\}'?,?|while\s*\(1\);|for\s*\(;;\);|&&&START&&&)\s*`)
	reBegin = regexp.MustCompile(`^(?:/\*\*/)?\s*(?:typeof\s+[\w$.]+\s*===?\s*'function'\s*&&\s*)?[\w$.]{1,100}\s*\(\s*[{\[]`)
	reCall  = regexp.MustCompile(`^(?:/\*\*/)?\s*(?:typeof\s+[\w$.]+\s*===?\s*'function'\s*&&\s*)?[\w$.]{1,100}\s*\(\s*([{\[][\s\S]*[}\]])\s*\)\s*;?\s*$`)
)

// IsJSON reports whether a text begins as JSON does, whatever is around it.
func IsJSON(head []byte) bool {
	head = bytes.TrimSpace(head)
	head = head[len(reGuard.Find(head)):]
	return len(head) > 0 && (head[0] == '{' || head[0] == '[') || reBegin.Match(head)
}

// UnwrapJSON is the JSON in a text that begins with a guard or is a call; any
// other text as it is.
func UnwrapJSON(text []byte) []byte {
	text = bytes.TrimSpace(text)
	if guard := reGuard.Find(text); guard != nil {
		return text[len(guard):]
	}
	if len(text) > 0 && text[len(text)-1] != '}' && text[len(text)-1] != ']' {
		if m := reCall.FindSubmatch(text); m != nil {
			return m[1]
		}
	}
	return text
}

// ParseJSON reads a listing that was fetched from url.
func ParseJSON(url string, body []byte, contentType string) (*JSON, error) {
	text := UnwrapJSON(xmltext.ToUTF8(body, contentType))
	if len(text) > maxJSON {
		return nil, fmt.Errorf("its JSON is larger than %d MB", maxJSON>>20)
	}
	j := &JSON{URL: url, text: string(text)}
	d := json.NewDecoder(strings.NewReader(j.text))
	d.UseNumber()
	if err := d.Decode(&j.root); err != nil {
		// What can be recognised in broken JSON, or in lines of it, still counts.
		if j.page().Embedded() == nil {
			return nil, fmt.Errorf("its JSON is broken: %w", err)
		}
	}
	return j, nil
}

// Items returns the links that the paths of a configuration lead to: items to
// the list, nil for the whole; link to an address in each item, nil for one found
// automatically. count is how many items there are, with a link or without. The
// error says which path leads nowhere.
func (j *JSON) Items(items *jsonpath.Path, link *jsonpath.Template) (links []*Link, count int, err error) {
	list := []any{j.root}
	if items != nil {
		if list = items.Get(j.root); list == nil {
			return nil, 0, fmt.Errorf("items `%s` leads nowhere in this JSON", items)
		}
	}
	if len(list) == 1 {
		if inner, ok := list[0].([]any); ok {
			list = inner // items named the list instead of its members
		}
	}
	for _, item := range list[:min(len(list), maxLinks)] {
		found := j.linksOf(item, link)
		links = append(links, found...)
		count += max(1, len(found))
	}
	if len(links) == 0 && len(list) > 0 {
		if link != nil {
			return nil, count, fmt.Errorf("link `%s` gives no address in any of the %d items of this JSON", link, len(list))
		}
		return nil, count, errors.New("no address was found in the items of this JSON; `link` can say where it is")
	}
	return links, count, nil
}

// linksOf are the links of one item.
func (j *JSON) linksOf(item any, link *jsonpath.Template) []*Link {
	var urls []string
	switch text, isText := item.(string); {
	case link != nil:
		urls = link.Fill(item)
	case isText && isMarkup(text):
		return j.markup(text).Links()
	case isText:
		urls = []string{text}
	default:
		if t, ok := addressed(item, 0); ok {
			if address, err := weburl.CanonicalRef(j.URL, t.url); err == nil {
				return []*Link{{URL: address, Title: story.Plain(t.title), Published: t.published, Modified: t.modified, shape: shapeOf(address)}}
			}
		}
		return nil
	}
	var links []*Link
	about := aboutOf(item)
	for _, u := range urls {
		address, err := weburl.CanonicalRef(j.URL, strings.TrimSpace(u))
		if err != nil {
			continue
		}
		l := &Link{URL: address, shape: shapeOf(address)}
		if len(urls) == 1 {
			l.Title, l.Published, l.Modified = story.Plain(about.title), about.published, about.modified
		}
		links = append(links, l)
	}
	return links
}

// aboutOf is what an object says of itself.
func aboutOf(item any) thing {
	var t thing
	fields, _ := item.(map[string]any)
	for name, value := range fields {
		if inner, ok := value.(map[string]any); ok {
			t.key = name
			t.takeIn(aboutOf(map[string]any{"rendered": inner["rendered"]}))
			continue
		}
		t.say(name, jsonpath.Text(value))
	}
	return t
}

// addressed finds the object that has an item's address: itself, else the first
// inside of it that has a title too, such as its attributes.
func addressed(item any, depth int) (thing, bool) {
	t := aboutOf(item)
	if t.url != "" {
		return t, true
	}
	if fields, ok := item.(map[string]any); ok && depth < maxSaying {
		for _, inner := range jsonEvery.Get(fields) {
			if t, ok := addressed(inner, depth+1); ok && t.title != "" {
				return t, true
			}
		}
	}
	return thing{}, false
}

// page is the JSON as data of an empty page.
func (j *JSON) page() *Page {
	p := &Page{URL: j.URL, base: j.URL, data: j.text}
	p.doc = goquery.NewDocumentFromNode(&html.Node{Type: html.DocumentNode})
	return p
}

// Links returns what has an address and, often, a title in the JSON; where
// nothing has, the links of the HTML that it carries.
func (j *JSON) Links() []*Link {
	if links := j.page().Embedded(); len(links) > 0 {
		return links
	}
	if p := j.carried(); p != nil {
		return p.Links()
	}
	return nil
}

// Addresses returns every text in the JSON that is an address, whatever its name.
func (j *JSON) Addresses() []*Link {
	var links []*Link
	seen := map[string]bool{}
	eachText(j.root, func(text string) {
		if len(links) >= maxLinks || !strings.HasPrefix(text, "/") && !strings.HasPrefix(text, "http") || strings.ContainsAny(text, " <>\n") {
			return
		}
		address, err := weburl.CanonicalRef(j.URL, text)
		if err == nil && !seen[address] {
			seen[address] = true
			links = append(links, &Link{URL: address, shape: shapeOf(address)})
		}
	})
	return links
}

// Stories are those of the Links that look like stories. What it takes, it adds
// to known.
func (j *JSON) Stories(known Shapes) []*Link {
	if links := j.page().EmbeddedStories(); len(links) > 0 {
		return links
	}
	if p := j.carried(); p != nil {
		return p.Stories(known)
	}
	return nil
}

// carried is the HTML that the JSON carries, all of it as one page; nil for none.
func (j *JSON) carried() *Page {
	var all strings.Builder
	eachText(j.root, func(text string) {
		if isMarkup(text) {
			all.WriteString("<div>" + text + "</div>\n")
		}
	})
	if all.Len() == 0 {
		return nil
	}
	return j.markup(all.String())
}

func (j *JSON) markup(text string) *Page {
	p, err := Parse(j.URL, []byte("<body>"+text))
	if err != nil {
		return &Page{URL: j.URL}
	}
	return p
}

// reAnchor finds a link in HTML.
var reAnchor = regexp.MustCompile(`(?i)<a\s[^>]*href\s*=`)

func isMarkup(text string) bool { return reAnchor.MatchString(text) }

// eachText calls f for each text in a decoded value.
func eachText(value any, f func(string)) {
	switch v := value.(type) {
	case string:
		f(v)
	case []any:
		for _, inner := range v {
			eachText(inner, f)
		}
	case map[string]any:
		for _, inner := range jsonEvery.Get(v) { // in order of the names
			eachText(inner, f)
		}
	}
}

var jsonEvery, _ = jsonpath.Parse("$.*")

// momentOf reads a time as JSON has it: RFC 3339 and its kind, seconds or
// milliseconds since 1970. What is neither is the zero time.
func momentOf(text string) time.Time {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		switch {
		case n > 1e8 && n < 1e11:
			return time.Unix(n, 0).UTC()
		case n >= 1e11 && n < 1e14:
			return time.UnixMilli(n).UTC()
		}
		return time.Time{}
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04:05-0700", time.DateTime, time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return t
		}
	}
	return time.Time{}
}
