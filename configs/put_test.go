package configs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What a page or a command puts into a configuration is there when it is read
// again, and everything else stands as it stood.
func TestPutKeepsTheRest(t *testing.T) {
	const file = `# above
sources:
  a:   # the first
    start: https://a.example/   # where
    fields:   # of its pages
      headline: 'h1.old'   # the title
      published:
        css: time   # of the article

  # the second
  b:
    start:
      - https://b.example/
      - https://b.example/two   # and two
web:
  listen: none   # nobody
`
	path := filepath.Join(t.TempDir(), "c.yaml")
	write := func(text string) *Config {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o640); err != nil {
			t.Fatal(err)
		}
		cfg, err := Load(path, LoadOptions{})
		if err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		return cfg
	}
	cfg := write(file)
	for _, c := range []struct {
		name string
		edit func() (Edit, error)
		want string // the file's lines that are new
	}{
		{"a rule that is there", func() (Edit, error) { return PutRule(cfg.Sources[0], "headline", "'h2'") }, "      headline: 'h2'   # the title"},
		{"a further rule", func() (Edit, error) { return PutRule(cfg.Sources[0], "body", "'main p'") }, "      body: 'main p'"},
		{"a first rule", func() (Edit, error) { return PutRule(cfg.Sources[1], "body", "'main p'") }, "    fields:\n      body: 'main p'"},
		{"a pause", func() (Edit, error) { return PutPaused(cfg.Sources[1], true) }, "    pause: true"},
		{"a source", func() (Edit, error) {
			return Add(path, "c", "# proposed\nsources:\n  'c':\n    start: 'https://c.example/'\n")
		}, "  'c':\n    start: 'https://c.example/'"},
	} {
		write(file)
		e, err := c.edit()
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if err := e.Write(); err != nil {
			t.Errorf("%s: %v in\n%s", c.name, err, e.content)
			continue
		}
		after, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if e.After != c.want {
			t.Errorf("%s: found\n%s\nexpected\n%s", c.name, e.After, c.want)
		}
		back := strings.Replace(string(after), e.After+"\n", map[bool]string{true: "", false: e.Before + "\n"}[e.Before == ""], 1)
		if back != file {
			t.Errorf("%s changed more than it says:\n%s", c.name, after)
		}
	}
	cfg = write(strings.Replace(file, "  b:\n", "  b:\n    pause: false   # for now\n", 1))
	if e, err := PutPaused(cfg.Sources[1], true); err != nil || e.After != "    pause: true   # for now" {
		t.Errorf("a pause that is there: %q %v", e.After, err)
	}
	cfg = write("sources: {a: {start: 'https://a.example/'}}\n")
	if _, err := PutRule(cfg.Sources[0], "body", "p"); err == nil || !strings.Contains(err.Error(), "by hand") {
		t.Errorf("in braces: %v", err)
	}
}

func TestAddMakesAFileInAFolder(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "configs")
	text := "sources:\n  'news.example':\n    start: 'https://news.example/'\n"
	e, err := Add(folder, "news.example", text)
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Write(); err != nil {
		t.Fatal(err)
	}
	cfg, err := Load(folder, LoadOptions{})
	if err != nil || len(cfg.Sources) != 1 || filepath.Base(e.File) != "news.example.yaml" {
		t.Errorf("%v, %s", err, e.File)
	}
	if _, err := Add(folder, "news.example", text); err == nil {
		t.Error("a file was to be written over")
	}
	if _, err := Add(folder, "x", "database: x.db\n"); err == nil {
		t.Error("a configuration without a source was added")
	}
}
