package extract

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"stakeout/story"
)

// Template is what a source's pages taught the reader: lines of text that stand
// inside its stories and are none of theirs. Nil for nothing yet. It marshals to
// JSON; one of the same lines has the same ID, and is never altered.
type Template struct {
	Lines []string `json:"lines"` // in normal form, sorted
	Pages int      `json:"pages"` // how many pages the last of them was learned from
}

// ID identifies the template by its lines; "" where there is none.
func (t *Template) ID() string {
	if t == nil || len(t.Lines) == 0 {
		return ""
	}
	sum := sha256.Sum256([]byte(strings.Join(t.Lines, "\n")))
	return hex.EncodeToString(sum[:8])
}

func (t *Template) has(line string) bool {
	if t == nil {
		return false
	}
	_, found := slices.BinarySearch(t.Lines, line)
	return found
}

// What it takes for a line to be template: it stands on four fifths of the latest
// pages of at least five stories, was read as text in three of them, and is no
// large part of any story. Less would take what stories of one day share.
const (
	keptLessons  = 12
	leastLessons = 5
	leastRead    = 3
	smallPart    = 4 // a quarter of the median text, in bytes, all new lines together
	mostLines    = 200
)

// Lessons are the latest pages of a source, one a story, that its template is
// learned from. The zero value has none. They marshal to JSON, and are not safe
// for use by several goroutines.
type Lessons struct {
	Pages []Lesson `json:"pages,omitempty"` // oldest first
}

// Lesson is what one page tells of the source's template.
type Lesson struct {
	Story string       `json:"story"` // the story's ID
	Lines story.Prints `json:"lines"` // of all lines of the page
	Body  story.Prints `json:"body"`  // of its paragraphs, as read
	Size  int          `json:"size"`  // of its text, in bytes
}

// Learn takes in a page of a story, and returns the template that the pages
// teach by now: t itself where nothing joins it. What was learned once stays: it
// does no harm when a site drops it.
func (l *Lessons) Learn(t *Template, id string, r story.Reading) *Template {
	if r.Trouble != (story.Trouble{}) || len(r.Body) == 0 || !strings.HasPrefix(r.Via["body"], "reader") {
		return t
	}
	l.take(id, r)
	if len(l.Pages) < leastLessons {
		return t
	}
	var lines []string
	for _, p := range r.Body {
		if line := story.Normal(p); len(line) >= minPrint && !t.has(line) && l.shared(line) && !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	if len(lines) == 0 || smallPart*size(lines) > l.medianSize() {
		return t
	}
	learned := &Template{Pages: len(l.Pages)}
	if t != nil {
		learned.Lines = slices.Clone(t.Lines)
	}
	learned.Lines = append(learned.Lines, lines...)
	if len(learned.Lines) > mostLines {
		return t
	}
	slices.Sort(learned.Lines)
	return learned
}

// take keeps a page as the latest of its story.
func (l *Lessons) take(id string, r story.Reading) {
	lesson := Lesson{Story: id, Lines: r.Prints, Size: size(r.Body)}
	for _, p := range r.Body {
		lesson.Body.Add(story.Normal(p))
	}
	lesson.Body = lesson.Body.Sorted()
	l.Pages = slices.DeleteFunc(l.Pages, func(have Lesson) bool { return have.Story == id })
	if len(l.Pages) >= keptLessons {
		l.Pages = slices.Delete(l.Pages, 0, 1)
	}
	l.Pages = append(l.Pages, lesson)
}

// shared reports whether a line stands on nearly every page, and is read as text
// on some.
func (l *Lessons) shared(line string) bool {
	pages, read := 0, 0
	for _, p := range l.Pages {
		if p.Lines.Has(line) {
			pages++
		}
		if p.Body.Has(line) {
			read++
		}
	}
	return 5*pages >= 4*len(l.Pages) && read >= leastRead
}

func (l *Lessons) medianSize() int {
	sizes := make([]int, 0, len(l.Pages))
	for _, p := range l.Pages {
		sizes = append(sizes, p.Size)
	}
	slices.Sort(sizes)
	return sizes[len(sizes)/2]
}

// withoutTemplate takes out of the body what stands on every page of the source.
// A page that has nothing else is left as it was read.
func (x *reader) withoutTemplate() {
	if x.template == nil {
		return
	}
	var kept []string
	var dropped []story.Ignored
	for _, p := range x.read.Body {
		if x.template.has(story.Normal(p)) {
			dropped = append(dropped, story.Ignored{Text: firstPart(p, 200), Why: "on every page of the source"})
			continue
		}
		kept = append(kept, p)
	}
	if len(kept) == 0 {
		return
	}
	x.read.Body = kept
	x.read.Ignored = append(x.read.Ignored, dropped...)
}

// Current reports whether a reading was made by these rules, by the reader as it
// is now, and with this template: only such are compared.
func Current(read story.Reading, r *Rules, t *Template) bool {
	return read.Rules == r.ID() && read.Reader == ReaderID && read.Template == applied(r, t).ID()
}

// applied is the template that a page is read with: none where a rule says what
// the text is.
func applied(r *Rules, t *Template) *Template {
	if r.Has("body") {
		return nil
	}
	return t
}
