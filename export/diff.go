package export

import (
	"fmt"
	"html"
	"strings"

	"stakeout/digest"
	"stakeout/story"
)

// DiffHTML is a field's change as HTML that any reader shows: what went in <del>,
// what came in <ins>, all of it escaped.
func DiffHTML(f story.FieldChange) string { return WordsHTML(digest.Words(f)) }

// WordsHTML is a word diff as HTML.
func WordsHTML(words []story.Word) string {
	var b strings.Builder
	for _, w := range words {
		text := html.EscapeString(w.Text)
		switch w.Op {
		case story.Inserted:
			text = "<ins>" + text + "</ins>"
		case story.Dropped:
			text = "<del>" + text + "</del>"
		}
		b.WriteString(text)
	}
	return b.String()
}

// changeTitle is a change in a line: what happened, and to what.
func changeTitle(c story.Change) string {
	headline := c.Headline
	if headline == "" {
		headline = c.ID
	}
	return digest.Title(c) + ": " + headline
}

// changeHTML is a change as a fragment of HTML, a paragraph a field.
func changeHTML(c story.Change) string {
	var b strings.Builder
	for _, f := range c.Fields {
		fmt.Fprintf(&b, "<p><b>%s</b> (%s): %s</p>\n", html.EscapeString(digest.Place(f)), html.EscapeString(string(f.Class)), apart(DiffHTML(f)))
	}
	if c.RevertedTo > 0 {
		fmt.Fprintf(&b, "<p>Back to what version %d said.</p>\n", c.RevertedTo)
	}
	if c.Event == story.EventChanged {
		told := "The publisher did not tell its readers."
		if c.Disclosed {
			told = "The publisher told its readers."
		}
		b.WriteString("<p>" + told + window(c) + "</p>\n")
	}
	return b.String()
}

// apart keeps what came from running into what went, where a reader of feeds shows
// neither in its own way. Text of pages is escaped: the tags are ours.
func apart(diff string) string { return strings.ReplaceAll(diff, "</del><ins>", "</del> <ins>") }

// window says between when and when a change happened.
func window(c story.Change) string {
	if c.SeenBefore == nil {
		return ""
	}
	return fmt.Sprintf(" It happened between %s and %s.", stamp(c.SeenBefore), stamp(&c.At))
}
