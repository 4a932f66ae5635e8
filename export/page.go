package export

import (
	_ "embed"
	"html/template"
	"io"
	"strings"

	"stakeout/digest"
	"stakeout/story"
)

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"diff":  func(f story.FieldChange) template.HTML { return template.HTML(DiffHTML(f)) }, // escaped there
	"field": digest.Place,
	"stamp": stamp,
	"title": changeTitle,
	"join":  func(list []string) string { return strings.Join(list, ", ") },
	"web": func(address string) bool {
		return strings.HasPrefix(address, "http://") || strings.HasPrefix(address, "https://")
	},
	"labels": func(m map[string]string) []string { return OtherLabels(m) },
}).Parse(pageText))

// Page is a story with its history, for one self-contained page.
type Page struct {
	story.Story
	Changes []story.Change // oldest first
}

// WritePage writes a story as one page of HTML that needs nothing else: as it
// stands, and what changed from version to version. Text of the story appears as
// text only.
func WritePage(w io.Writer, p Page) error { return pageTemplate.Execute(w, p) }
