package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestImportOPML(t *testing.T) {
	dir := t.TempDir()
	list := filepath.Join(dir, "feeds.opml")
	text := `<?xml version="1.0"?><opml version="2.0"><body><outline text="News"><outline title="The Daily: Ledger's" xmlUrl="https://ledger.example/feed"/>
<outline text="The daily ledger s" xmlUrl="https://other.example/rss"/><outline xmlUrl="ftp://x/"/><outline xmlUrl="https://ledger.example/feed"/></outline>
<outline xmlUrl="https://www.post.example/atom?a=1&amp;b='2"/></body></opml>`
	if err := os.WriteFile(list, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	stdout, stderr, code := stakeout(t, "import", list)
	if code != 0 || !strings.Contains(stderr, "left out: \"ftp://x/\"") {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	config := filepath.Join(dir, "c.yaml")
	if err := os.WriteFile(config, []byte(stdout), 0o600); err != nil {
		t.Fatal(err)
	}
	checked, stderr, code := stakeout(t, "--config", config, "check")
	for _, name := range []string{"the-daily-ledger-s", "the-daily-ledger-s-2", "post.example"} {
		if !strings.Contains(checked, name) {
			t.Errorf("no source %s in\n%s", name, checked)
		}
	}
	if code != 0 {
		t.Errorf("check: exit %d: %s\n%s", code, stderr, stdout)
	}
}

func TestImportRefusesWhatItDoesNotKnow(t *testing.T) {
	for text, want := range map[string]string{"": "found nothing", "GIF89a": "expected lines of JSON", "<html></html>": "expected OPML", "{\"a\":1}\n": "x:1: found \"{\\\"a\\\":1}\" without source and id, expected a version"} {
		path := filepath.Join(t.TempDir(), "x")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, stderr, code := stakeout(t, "--db", filepath.Join(t.TempDir(), "h.db"), "import", path); code != 1 || !strings.Contains(stderr, want) {
			t.Errorf("%q: exit %d, %s", text, code, stderr)
		}
	}
}
