package change

import (
	"fmt"
	"slices"
	"strings"

	"stakeout/story"
)

// Verdict is what a visit comes to.
type Verdict struct {
	Outcome story.Outcome
	Reason  string       // of every outcome that is not new, same or changed
	Change  story.Change // Source, ID, From, To and At are the caller's to set
	Ignored []story.Ignored
	// Read is the reading to record: read, with the headline held against the
	// record's where the page's signals disagree.
	Read story.Reading
	// Lost are the fields that the story has and its page's layout no longer
	// yields, of an outcome Unreadable.
	Lost []string
	// Doubt says that the story should be looked at again within two minutes.
	Doubt bool

	stranger   string              // print of a story that stands in the place of another
	had, shows string              // prints of the headlines on record and on the page; "" where no story was read
	raw        []story.FieldChange // what differs before a memory took its part out
}

// Judge tells what a visit found. old is the version on record, read by the
// same rules as read; nil where there is none.
func Judge(old *story.Reading, resp Response, read story.Reading) Verdict {
	return Knowledge{}.Judge(old, resp, read)
}

// Judge tells what a visit found, knowing its source. old is the version on
// record, read by the same rules as read; nil where there is none.
func (k Knowledge) Judge(old *story.Reading, resp Response, read story.Reading) Verdict {
	if v, done := judgeResponse(resp); done {
		return v
	}
	if read.Trouble.Outcome != "" {
		v := Verdict{Outcome: read.Trouble.Outcome, Reason: read.Trouble.Reason, Ignored: read.Ignored}
		if old != nil {
			v.Lost = unruled(read.Trouble)
		}
		return v
	}
	if read.Headline == "" && len(read.Body) == 0 {
		return refuse(story.Unreadable, "no headline and no text")
	}
	if old == nil {
		return Verdict{Outcome: story.New, Ignored: read.Ignored, Read: read, shows: printOf(story.Normal(read.Headline)),
			Change: story.Change{Event: story.EventNew, Classes: []story.Class{}, Fields: []story.FieldChange{}}}
	}
	if reason := notTheStory(old, resp, read); reason != "" {
		return refuse(story.Unreadable, "%s", reason)
	}
	if reason := replaced(old, read); reason != "" && !k.settled(read) {
		v := refuse(story.Unreadable, "%s", reason)
		v.stranger = Print(read.Fields)
		return v
	}
	if fields, reason := lost(old, &read); len(fields) > 0 {
		return broken(fields, reason)
	}
	return k.compare(old, read)
}

func refuse(o story.Outcome, format string, args ...any) Verdict {
	return Verdict{Outcome: o, Reason: fmt.Sprintf(format, args...)}
}

// broken is the verdict on a page whose layout no longer yields what the story has.
func broken(fields []string, reason string) Verdict {
	v := refuse(story.Unreadable, "%s", reason)
	v.Lost = fields
	return v
}

// compare tells an edit from noise in two readings of one story.
func (k Knowledge) compare(old *story.Reading, read story.Reading) Verdict {
	before := old.Fields
	before.Headline, read.Headline = settleHeadline(old, read)
	c := Between(before, read.Fields)
	c.Fields = append(c.Fields, watchedLinks(old, &read)...)
	v := Verdict{Change: c, Ignored: slices.Clip(read.Ignored), Read: read,
		had: printOf(story.Normal(before.Headline)), shows: printOf(story.Normal(read.Headline))}
	v.sift(func(f story.FieldChange) string { return k.unwanted(f, old, &read) })
	v.raw = v.Change.Fields
	if gone := k.broken(v.Change.Fields, old); len(gone) > 0 {
		return broken(gone, "the layout no longer yields "+strings.Join(gone, ", ")+", of this story and of others")
	}
	v.sift(func(f story.FieldChange) string { return k.remembered(f, old, &v) })
	v.settle(old)
	return v
}

// settle comes to an outcome from what is left of the differences.
func (v *Verdict) settle(old *story.Reading) {
	read := &v.Read
	v.Outcome = story.Same
	if movedTo(old.URL, read.URL) {
		if len(v.Change.Fields) == 0 {
			v.Change.Event = story.EventMoved
		}
		v.Change.Fields = append(v.Change.Fields, story.FieldChange{Field: "url", Class: story.Metadata, Old: old.URL, New: read.URL, Words: Words(old.URL, read.URL)})
	}
	v.Change.Classes = Classes(v.Change.Fields)
	if len(v.Change.Fields) > 0 {
		v.Outcome = story.Changed
		v.Doubt = doubtful(old, *read, v.Change.Fields)
	}
}

// doubtful reports whether a change may be gone again in a moment: a headline
// alone, which sites try out on some of their readers, or a story that lost or
// gained half of its letters at once.
func doubtful(old *story.Reading, read story.Reading, fields []story.FieldChange) bool {
	if len(fields) == 1 && fields[0].Field == "headline" {
		return true
	}
	a, b := letters(old.Body), letters(read.Body)
	return a > 2*b || b > 2*a
}

func letters(body []string) int {
	n := 0
	for _, p := range body {
		n += len(p)
	}
	return n
}

// ownH1 reports whether a page's h1 is a headline of the story, as one of the
// page's other signals says too, and not the name of the site.
func ownH1(h story.Headlines) bool {
	h1 := story.Normal(h.H1)
	return h1 != "" && (h1 == story.Normal(h.OG) || h1 == story.Normal(h.Twitter) || h1 == story.Normal(h.JSONLD))
}

// settleHeadline says what the headline was and is where the two readings took
// it from different signals of their pages. What readers see decides: the h1,
// where both have one; else a signal that both have.
func settleHeadline(old *story.Reading, read story.Reading) (before, after string) {
	before, after = old.Headline, read.Headline
	a, b := old.Headlines, read.Headlines
	if a.H1 != "" && b.H1 != "" && story.Normal(a.H1) == story.Normal(before) {
		return before, b.H1
	}
	if story.Normal(before) == story.Normal(after) && ownH1(a) && b.H1 != "" && story.Normal(a.H1) != story.Normal(b.H1) {
		return a.H1, b.H1
	}
	if story.Normal(before) == story.Normal(after) || old.Via["headline"] == read.Via["headline"] {
		return before, after
	}
	for _, s := range [][2]string{{a.JSONLD, b.JSONLD}, {a.OG, b.OG}, {a.Twitter, b.Twitter}, {a.Title, b.Title}} {
		if s[0] != "" && s[1] != "" && story.Normal(s[0]) == story.Normal(s[1]) {
			return before, before
		}
	}
	return before, after
}
