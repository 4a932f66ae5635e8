package terminal

import (
	"fmt"
	"strings"
	"time"

	"stakeout/digest"
	"stakeout/story"
)

// Event sets one entry of the log: what happened to which story, and under a
// change its decisive words.
func (s *Screen) Event(c story.Change, headline string) string {
	style := Notice
	if c.Event == story.EventNew {
		style = Good
	}
	line := fmt.Sprintf("  %s %s", s.Set(style, Pad(digest.Title(c), 11)), s.Named(c.ID, headline))
	if c.Event != story.EventChanged && c.Event != story.EventRestored {
		return line + "\n"
	}
	return line + s.Set(Quiet, "   "+Window(c)) + "\n" + s.decisive(c)
}

// Columns of a line of the log: what the title and the window take, and what is
// left for the headline at the least.
const (
	besides       = 14
	windowColumns = 44
	leastHeadline = 30
)

// Named is a story's ID and its headline, cut to the line. An address that
// stands for an ID tells less than the headline, and comes behind it.
func (s *Screen) Named(id, headline string) string {
	id, headline = Safe(id), Safe(headline)
	if !s.live {
		return Pad(id, 8) + "  " + headline // for a file or a filter, whole
	}
	if !strings.Contains(id, "://") {
		room := max(leastHeadline, s.width-besides-windowColumns-max(8, columns(id))-2)
		return Pad(id, 8) + "  " + Cut(headline, room)
	}
	room := max(leastHeadline, s.width-besides-windowColumns)
	headline = Cut(headline, room)
	if left := room - columns(headline) - 2; left > 12 {
		headline += "  " + s.Set(Quiet, Cut(strings.TrimPrefix(strings.TrimPrefix(id, "https://"), "http://"), left))
	}
	return headline
}

// Window says between which versions and within what time a change happened,
// and whether the publisher told its readers.
func Window(c story.Change) string {
	said := "silent"
	if c.Disclosed {
		said = "disclosed"
	}
	w := fmt.Sprintf("v%d → v%d, %s", c.From, c.To, said)
	if c.RevertedTo > 0 {
		w += fmt.Sprintf(", back to v%d", c.RevertedTo)
	}
	if c.SeenBefore != nil {
		w += ", " + Span(*c.SeenBefore, c.At)
	}
	return w
}

// Span writes a window of time as short as it stays clear.
func Span(from, to time.Time) string {
	from, to = from.Local(), to.Local()
	if from.Format(time.DateOnly) == to.Format(time.DateOnly) {
		return from.Format("15:04") + "–" + to.Format("15:04")
	}
	return from.Format("2 Jan 15:04") + " – " + to.Format("2 Jan 15:04")
}

// maxDecisive is how many fields of a change are shown under its line.
const maxDecisive = 3

// decisive sets the first fields of a change, a line each.
func (s *Screen) decisive(c story.Change) string {
	var b strings.Builder
	for i, f := range c.Fields {
		if i == maxDecisive {
			fmt.Fprintf(&b, "             %s\n", s.Set(Quiet, fmt.Sprintf("and %d more: stakeout diff %s/%s", len(c.Fields)-i, c.Source, c.ID)))
			break
		}
		text := s.FieldChange(f, 40)
		if f.Field != "body" {
			text = s.Set(Quiet, f.Field+"  ") + text
		}
		fmt.Fprintf(&b, "             %s\n", text)
	}
	return b.String()
}

// Verdict names a change's classes, and whether the publisher told of it.
func Verdict(c story.Change) string {
	var words []string
	for _, class := range c.Classes {
		words = append(words, string(class))
	}
	if c.Disclosed {
		return strings.Join(append(words, "disclosed"), ", ")
	}
	return strings.Join(append(words, "silent"), ", ")
}
