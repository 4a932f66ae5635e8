package newsroom

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// deedFunc does something to a story; ok is false where the story is not one to
// do it to, and then nothing was done.
type deedFunc func(n *Newsroom, p *piece) (d Deed, ok bool)

// edit alters a story for its readers, and says of which classes that is and, in
// a few words, what it did; ok is false where it can't be done to this story.
// Slices of a piece are cloned before they are altered.
type edit func(n *Newsroom, p *piece) (classes []string, what string, ok bool)

// revise makes a deed of edits that are published together: all of them or none.
// The fields are found by comparison.
func revise(edits ...edit) deedFunc {
	return func(n *Newsroom, p *piece) (Deed, bool) {
		before, undo := p.fields(), p.save()
		var classes, whats []string
		for _, e := range edits {
			c, what, ok := e(n, p)
			if !ok {
				undo()
				return Deed{}, false
			}
			classes, whats = append(classes, c...), append(whats, what)
		}
		d := Deed{Event: eventChanged, What: strings.Join(whats, "; ")}
		for i, now := range p.fields() {
			if now != before[i] {
				d.Fields = append(d.Fields, now.name)
			}
		}
		if slices.Contains(p.said, p.sum()) {
			classes = append(classes, reverted)
		}
		for _, c := range classOrder {
			if slices.Contains(classes, c) {
				d.Classes = append(d.Classes, c)
			}
		}
		n.touch(p)
		return d, true
	}
}

// save returns what puts a story back to what it is now.
func (p *piece) save() (undo func()) {
	old, headline := *p, slices.Clone(p.headline)
	spots := make([]spot, len(p.spots))
	for i, s := range p.spots {
		spots[i] = *s
	}
	return func() {
		*p, p.headline = old, headline
		for i, s := range p.spots {
			*s = spots[i]
		}
	}
}

// touch makes a new revision of a story's page.
func (n *Newsroom) touch(p *piece) {
	p.revision++
	p.edited = n.now().UTC().Truncate(time.Second)
	if p.desk.Kind == newspaper && p.revision%2 == 0 {
		n.stamp(p) // newspapers say so, half of the time
	}
}

// reword lets a spot of a kind say something else, in all places where it
// stands. Of several the one that stands in fewest places is taken.
func reword(class string, kinds ...string) edit {
	return func(n *Newsroom, p *piece) ([]string, string, bool) {
		s, where := p.rarest(kinds, p.bodySpots())
		if s == nil {
			return nil, "", false
		}
		was := where.around(s)
		s.text, s.other = s.other, s.text
		return []string{class}, fmt.Sprintf("%q became %q", was, where.around(s)), true
	}
}

// retitle edits the headline alone.
func retitle(class string, kinds ...string) edit {
	return func(n *Newsroom, p *piece) ([]string, string, bool) {
		inBody := p.bodySpots()
		for _, x := range p.headline {
			if x.spot == nil || !slices.Contains(kinds, x.spot.kind) {
				continue
			}
			s := x.spot
			if len(inBody[s]) > 0 {
				// It stands in the text too, where it stays as it is.
				s = p.headlineOnly(s)
			}
			was := p.headline.around(s)
			s.text, s.other = s.other, s.text
			return []string{class}, fmt.Sprintf("headline: %q became %q", was, p.headline.around(s)), true
		}
		return nil, "", false
	}
}

// headlineOnly parts the headline's spot from that of the text.
func (p *piece) headlineOnly(s *spot) *spot {
	own := *s
	for i := range p.headline {
		if p.headline[i].spot == s {
			p.headline[i].spot = &own
		}
	}
	return &own
}

// bodySpots are the spots of the paragraphs printed, and where each stands.
func (p *piece) bodySpots() map[*spot][]text {
	out := map[*spot][]text{}
	for _, x := range p.paragraphs {
		for _, part := range x.text {
			if part.spot != nil {
				out[part.spot] = append(out[part.spot], x.text)
			}
		}
	}
	return out
}

// rarest is the spot of one of the kinds that stands in fewest places, and a
// text that it stands in. Asked twice it gives the same one, so that a second
// edit takes the first back.
func (p *piece) rarest(kinds []string, where map[*spot][]text) (best *spot, in text) {
	for _, s := range p.spots {
		if !slices.Contains(kinds, s.kind) || len(where[s]) == 0 || s.other == "" {
			continue
		}
		if best == nil || len(where[s]) < len(where[best]) {
			best, in = s, where[s][0]
		}
	}
	return best, in
}

// around is what a spot says, with the word before it and the word after.
func (t text) around(s *spot) string {
	for i, x := range t {
		if x.spot != s {
			continue
		}
		out := s.text
		if x.last {
			out = out[strings.LastIndexByte(out, ' ')+1:]
		}
		if i > 0 {
			if w := strings.Fields(t[i-1].literal); len(w) > 0 && strings.HasSuffix(t[i-1].literal, " ") && !strings.Contains(w[len(w)-1], `"`) {
				out = w[len(w)-1] + " " + out
			}
		}
		if i+1 < len(t) {
			if w := strings.Fields(t[i+1].literal); len(w) > 0 && strings.HasPrefix(t[i+1].literal, " ") {
				out += " " + strings.TrimRight(w[0], `.,;:"`)
			}
		}
		return out
	}
	return s.text
}

// grow prints a paragraph that was kept back, last or before the last one.
func grow() edit {
	return func(n *Newsroom, p *piece) ([]string, string, bool) {
		if len(p.spare) == 0 {
			return nil, "", false
		}
		x := p.spare[0]
		p.spare = p.spare[1:]
		p.paragraphs = slices.Insert(slices.Clone(p.paragraphs), len(p.paragraphs)-n.rng.IntN(2), x)
		return []string{added}, "a paragraph added: " + opening(x.text), true
	}
}

// shrink takes the second-last paragraph out.
func shrink() edit {
	return func(n *Newsroom, p *piece) ([]string, string, bool) {
		at := len(p.paragraphs) - 2
		if at < 3 {
			return nil, "", false
		}
		x := p.paragraphs[at]
		x.at = at
		p.paragraphs = slices.Delete(slices.Clone(p.paragraphs), at, at+1)
		p.taken = append(slices.Clone(p.taken), x)
		return []string{deleted}, "a paragraph taken out: " + opening(x.text), true
	}
}

// putBack prints a paragraph again where it was taken out.
func putBack() edit {
	return func(n *Newsroom, p *piece) ([]string, string, bool) {
		if len(p.taken) == 0 {
			return nil, "", false
		}
		x := p.taken[len(p.taken)-1]
		p.taken = p.taken[:len(p.taken)-1]
		p.paragraphs = slices.Insert(slices.Clone(p.paragraphs), min(x.at, len(p.paragraphs)), x)
		return []string{added}, "a paragraph put back: " + opening(x.text), true
	}
}

// reorder moves the second paragraph to the end.
func reorder() edit {
	return func(n *Newsroom, p *piece) ([]string, string, bool) {
		if len(p.paragraphs) < 5 {
			return nil, "", false
		}
		x := p.paragraphs[1]
		rest := slices.Delete(slices.Clone(p.paragraphs), 1, 2)
		p.paragraphs = append(rest, x)
		return []string{reordered}, "a paragraph moved to the end: " + opening(x.text), true
	}
}

// note prints an editor's line, as the last paragraph or as the first.
func note(line string, first bool) edit {
	return func(n *Newsroom, p *piece) ([]string, string, bool) {
		for _, x := range p.paragraphs {
			if x.text.String() == line {
				return nil, "", false
			}
		}
		x := paragraph{tag: "p", text: text{{literal: line}}}
		at := len(p.paragraphs)
		if first {
			at = 0
		}
		p.paragraphs = slices.Insert(slices.Clone(p.paragraphs), at, x)
		return []string{correction}, "a note: " + opening(x.text), true
	}
}

// correct puts a number or a name right and says so in a note.
func correct(kinds ...string) edit {
	return func(n *Newsroom, p *piece) ([]string, string, bool) {
		s, where := p.rarest(kinds, p.bodySpots())
		if s == nil {
			return nil, "", false
		}
		was := where.around(s)
		s.text, s.other = s.other, s.text
		now := where.around(s)
		line := fmt.Sprintf("Correction: An earlier version of this story said %s. It is %s.", was, now)
		p.paragraphs = append(slices.Clone(p.paragraphs), paragraph{tag: "p", text: text{{literal: line}}})
		return []string{correction, fact}, fmt.Sprintf("%q became %q, with a correction", was, now), true
	}
}

// retract takes most of a story back: a notice above it, and its last two
// paragraphs gone.
func retract() edit {
	return func(n *Newsroom, p *piece) ([]string, string, bool) {
		if len(p.paragraphs) < 5 {
			return nil, "", false
		}
		notice := paragraph{tag: "p", text: text{{literal: "Editor's note: This story has been retracted. The documents on which it rested could not be confirmed, and we regret having published it."}}}
		kept := p.paragraphs[:len(p.paragraphs)-2]
		p.paragraphs = append([]paragraph{notice}, kept...)
		return []string{correction, deleted}, "retracted: a notice above it, its last two paragraphs gone", true
	}
}

func opening(t text) string {
	s := t.String()
	if len(s) <= 48 {
		return fmt.Sprintf("%q", s)
	}
	return fmt.Sprintf("%q", s[:strings.LastIndexByte(s[:48], ' ')]+" …")
}
