package export

import (
	"fmt"
	"html"
	"strings"

	"stakeout/story"
)

// DiffHTML is a field's change as HTML that any reader shows: what went in <del>,
// what came in <ins>, all of it escaped.
func DiffHTML(f story.FieldChange) string {
	if len(f.Words) > 0 {
		return WordsHTML(f.Words)
	}
	before, after := sides(f)
	switch {
	case f.Class == story.Reordered:
		return html.EscapeString(after)
	case before == "":
		return "<ins>" + html.EscapeString(after) + "</ins>"
	case after == "":
		return "<del>" + html.EscapeString(before) + "</del>"
	}
	return "<del>" + html.EscapeString(before) + "</del> <ins>" + html.EscapeString(after) + "</ins>"
}

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
	what := string(c.Event)
	if c.Event == story.EventChanged && len(c.Classes) > 0 {
		var names []string
		for _, class := range c.Classes {
			names = append(names, string(class))
		}
		what = strings.Join(names, ", ")
	}
	headline := c.Headline
	if headline == "" {
		headline = c.ID
	}
	return what + ": " + headline
}

// changeHTML is a change as a fragment of HTML, a paragraph a field.
func changeHTML(c story.Change) string {
	var b strings.Builder
	for _, f := range c.Fields {
		fmt.Fprintf(&b, "<p><b>%s</b> (%s): %s</p>\n", html.EscapeString(fieldName(f)), html.EscapeString(string(f.Class)), DiffHTML(f))
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

// window says between when and when a change happened.
func window(c story.Change) string {
	if c.SeenBefore == nil {
		return ""
	}
	return fmt.Sprintf(" It happened between %s and %s.", stamp(c.SeenBefore), stamp(&c.At))
}

// fieldName is a field as people read it.
func fieldName(f story.FieldChange) string {
	if f.Field == "body" && f.At != nil {
		return fmt.Sprintf("paragraph %d", *f.At+1)
	}
	return strings.TrimPrefix(f.Field, "metadata.")
}
