package export

import (
	"encoding/xml"
	"html"
	"io"
	"iter"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"stakeout/story"
)

// Feed is what an Atom feed says of itself (RFC 4287).
type Feed struct {
	ID, Title string
	Self      string    // its own address; "" for a file
	Updated   time.Time // of what is in it, or the time of writing
}

// ids is the namespace of the UUIDs that exports name stories and changes by: they
// are the same in every export and on every machine (RFC 9562, version 5).
var ids = uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://stakeout.invalid/ids"))

// idOf names something by its parts.
func idOf(parts ...string) uuid.UUID {
	return uuid.NewSHA1(ids, []byte(strings.Join(parts, "\x00")))
}

// changeID names a change: the same wherever its story is watched under this
// source and ID.
func changeID(c story.Change) uuid.UUID {
	return idOf("change", c.Source, c.ID, string(c.Event), number(c.To), stamp(&c.At))
}

type atomLink struct {
	Rel  string `xml:"rel,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomText struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

type atomPerson struct {
	Name string `xml:"name"`
}

type atomTerm struct {
	Term string `xml:"term,attr"`
}

type atomEntry struct {
	XMLName    xml.Name     `xml:"entry"`
	ID         string       `xml:"id"`
	Title      atomText     `xml:"title"`
	Updated    string       `xml:"updated"`
	Published  string       `xml:"published,omitempty"`
	Authors    []atomPerson `xml:"author"`
	Categories []atomTerm   `xml:"category"`
	Link       *atomLink    `xml:"link,omitempty"`
	Content    atomText     `xml:"content"`
}

// ChangesAtom writes changes as an Atom feed, an entry each, with the words
// before and after as HTML that any feed reader shows.
func ChangesAtom(w io.Writer, f Feed, changes iter.Seq2[story.Change, error]) error {
	return writeAtom(w, f, changes, func(c story.Change) atomEntry {
		e := atomEntry{
			ID: "urn:uuid:" + changeID(c).String(), Title: plainText(changeTitle(c)), Updated: c.At.UTC().Format(time.RFC3339),
			Authors: []atomPerson{{xmlText(c.Source)}}, Link: linkTo(c.URL), Content: atomText{"html", xmlText(changeHTML(c))},
		}
		for _, class := range c.Classes {
			e.Categories = append(e.Categories, atomTerm{string(class)})
		}
		e.Categories = append(e.Categories, atomTerm{string(c.Event)})
		return e
	})
}

// StoriesAtom writes stories as an Atom feed, an entry each.
func StoriesAtom(w io.Writer, f Feed, stories iter.Seq2[story.Story, error]) error {
	return writeAtom(w, f, stories, func(s story.Story) atomEntry {
		var body strings.Builder
		for _, p := range s.Body {
			body.WriteString("<p>" + html.EscapeString(p) + "</p>\n")
		}
		e := atomEntry{
			ID: "urn:uuid:" + idOf("story", s.Source, s.ID).String(), Title: plainText(s.Headline), Updated: f.Updated.UTC().Format(time.RFC3339),
			Link: linkTo(s.URL), Content: atomText{"html", xmlText(body.String())},
		}
		if s.ChangedAt != nil {
			e.Updated = s.ChangedAt.UTC().Format(time.RFC3339)
		}
		if t, ok := s.Published.Time(); ok {
			e.Published = t.Format(time.RFC3339)
		}
		for _, a := range s.Authors {
			e.Authors = append(e.Authors, atomPerson{xmlText(a)})
		}
		if len(e.Authors) == 0 {
			e.Authors = []atomPerson{{xmlText(firstOf(s.Publisher, s.Source))}}
		}
		for _, t := range s.Tags {
			e.Categories = append(e.Categories, atomTerm{xmlText(t)})
		}
		return e
	})
}

func writeAtom[T any](w io.Writer, f Feed, items iter.Seq2[T, error], entry func(T) atomEntry) error {
	head := xml.Header + `<feed xmlns="http://www.w3.org/2005/Atom">` + "\n<id>" + escaped(f.ID) + "</id>\n<title>" + escaped(f.Title) +
		"</title>\n<updated>" + f.Updated.UTC().Format(time.RFC3339) + "</updated>\n"
	if f.Self != "" {
		head += `<link rel="self" href="` + escaped(f.Self) + "\"/>\n"
	}
	if _, err := io.WriteString(w, head); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	for item, err := range items {
		if err != nil {
			return err
		}
		if err := enc.Encode(entry(item)); err != nil {
			return err
		}
		if _, err := io.WriteString(w, "\n"); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, "</feed>\n")
	return err
}

func plainText(s string) atomText { return atomText{"text", xmlText(s)} }

func linkTo(address string) *atomLink {
	if !strings.HasPrefix(address, "http://") && !strings.HasPrefix(address, "https://") {
		return nil
	}
	return &atomLink{Rel: "alternate", Href: xmlText(address)}
}

func escaped(s string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		return "" // a builder never fails
	}
	return b.String()
}

// xmlText is a text without the characters that XML 1.0 has no place for.
func xmlText(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == utf8.RuneError || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, s)
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
