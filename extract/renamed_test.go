package extract_test

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"stakeout/extract"
	"stakeout/internal/measure"
)

var classAttr = regexp.MustCompile(`(?i)(\sclass\s*=\s*)("[^"<>]*"|'[^'<>]*')`)

// TestNewClassNames: a publisher's tools may give all classes of a page new
// names overnight. What the page says stays, and so must its fields.
func TestNewClassNames(t *testing.T) {
	rows, err := measure.Read(filepath.Join(shared(t), "extraction", "fundus"))
	if err != nil {
		t.Fatal(err)
	}
	kept := map[string]int{}
	for _, row := range rows {
		names := map[string]string{}
		renamed := classAttr.ReplaceAllFunc(row.Page, func(b []byte) []byte {
			g := classAttr.FindSubmatch(b)
			var out []string
			for _, class := range regexp.MustCompile(`[^\s"']+`).FindAllString(string(g[2]), -1) {
				if names[class] == "" {
					names[class] = fmt.Sprintf("x%dq", len(names))
				}
				out = append(out, names[class])
			}
			return fmt.Appendf(nil, "%s%q", g[1], strings.Join(out, " "))
		})
		a := extract.Read(extract.Page{URL: row.Truth.URL, Body: row.Page}, nil, nil)
		b := extract.Read(extract.Page{URL: row.Truth.URL, Body: renamed}, nil, nil)
		for field, same := range map[string]bool{
			"headline":  a.Headline == b.Headline,
			"authors":   sameSet(a.Authors, b.Authors),
			"published": a.Published.Same(b.Published),
			"tags":      sameSet(a.Tags, b.Tags),
		} {
			if same {
				kept[field]++
			} else if testing.Verbose() {
				t.Logf("%s: %s by %s: %q %q %q\n   became by %s: %q %q %q", row.Truth.File, field, a.Via[field], a.Headline, a.Authors, a.Tags, b.Via[field], b.Headline, b.Authors, b.Tags)
			}
		}
	}
	for field, least := range map[string]int{"headline": 115, "authors": 112, "published": 116, "tags": 110} {
		t.Logf("%s: %d of %d", field, kept[field], len(rows))
		if kept[field] < least {
			t.Errorf("%s: the same on %d pages, at least %d were", field, kept[field], least)
		}
	}
}

func sameSet(a, b []string) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}
