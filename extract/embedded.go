package extract

import (
	"strings"

	"golang.org/x/net/html"

	"stakeout/story"
)

// embeddedBody is the text that the page carries as data: JSON-LD's articleBody.
func (d *doc) embeddedBody() ([]string, string) {
	a := d.article()
	if a == nil {
		return nil, ""
	}
	raw, _ := firstOf(a["articleBody"]).(string)
	return dataParagraphs(raw), "json-ld articleBody"
}

// dataParagraphs parts a text that is carried as data: HTML by its blocks, plain
// text by its lines.
func dataParagraphs(raw string) []string {
	if strings.Contains(raw, "&lt;") {
		raw = html.UnescapeString(raw)
	}
	if strings.Contains(raw, "<p") || strings.Contains(raw, "<br") || strings.Contains(raw, "</") {
		if root, err := html.Parse(strings.NewReader(raw)); err == nil {
			return paragraphs(root)
		}
	}
	var out []string
	for line := range strings.SplitSeq(html.UnescapeString(raw), "\n") {
		if line = story.Plain(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}
