package configs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRewriteRule(t *testing.T) {
	const file = `# a comment above
sources:
  a:
    start: https://a.example/   # where
    fields:
      headline: 'h1.old'   # the title
      body: .text p
      tags: {css: '.tags a', all: true}
      authors: ['.by a', .author]
      published:
        css: time
  b: {start: 'https://b.example/', fields: {headline: h1.x, body: p}}
`
	path := filepath.Join(t.TempDir(), "c.yaml")
	if err := os.WriteFile(path, []byte(file), 0o640); err != nil {
		t.Fatal(err)
	}
	cfg, err := Load(path, LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ source, field, rule, before, after string }{
		{"a", "headline", "'h1.new'", "      headline: 'h1.old'   # the title", "      headline: 'h1.new'   # the title"},
		{"a", "body", "'main p'", "      body: .text p", "      body: 'main p'"},
		{"a", "tags", "'.t a'", "      tags: {css: '.tags a', all: true}", "      tags: '.t a'"},
		{"a", "authors", "['.a', '.b']", "      authors: ['.by a', .author]", "      authors: ['.a', '.b']"},
		{"b", "headline", "'h2'", "  b: {start: 'https://b.example/', fields: {headline: h1.x, body: p}}", "  b: {start: 'https://b.example/', fields: {headline: 'h2', body: p}}"},
		{"b", "body", "'h2'", "  b: {start: 'https://b.example/', fields: {headline: h1.x, body: p}}", "  b: {start: 'https://b.example/', fields: {headline: h1.x, body: 'h2'}}"},
	} {
		e, err := RewriteRule(cfg.Sources[strings.Index("ab", c.source)], c.field, c.rule)
		if err != nil || e.Before != c.before || e.After != c.after {
			t.Errorf("%s %s:\n found    %s\n expected %s\n %v", c.source, c.field, e.After, c.after, err)
		}
	}
	for field, want := range map[string]string{"published": "stands on several lines", "sector": "has no rule for sector"} {
		if _, err := RewriteRule(cfg.Sources[0], field, "x"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, expected %s", field, err, want)
		}
	}
	bad, err := RewriteRule(cfg.Sources[0], "headline", "'h1['")
	if err != nil {
		t.Fatal(err)
	}
	if err := bad.Write(); err == nil {
		t.Error("a wrong rule was written")
	}
	good, err := RewriteRule(cfg.Sources[0], "headline", "'h1.new'")
	if err != nil || good.Write() != nil {
		t.Fatal(err)
	}
	now, err := os.ReadFile(path)
	if err != nil || string(now) != strings.Replace(file, "'h1.old'", "'h1.new'", 1) {
		t.Errorf("the file is now:\n%s\n%v", now, err)
	}
}
