package web_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"stakeout/web"
)

// Every view is valid HTML, and the description of the API valid OpenAPI, as
// validators from elsewhere see them.
func TestValid(t *testing.T) {
	node, err := exec.LookPath("node")
	script := filepath.Join("..", ".ci", "node", "validate.mjs")
	if _, missingModule := os.Stat(filepath.Join("..", ".ci", "node", "node_modules", "html-validate")); err != nil || missingModule != nil {
		missing(t, "no validators: npm ci --prefix .ci/node")
	}
	d := walked(t)
	s := newShop(t, web.Access{})
	var lines bytes.Buffer
	add := func(d *desk, kind, path string) {
		_, _, text := d.get(path, "Accept", map[bool]string{true: "text/html", false: "application/json"}[kind == "html"])
		line, err := json.Marshal(map[string]string{"kind": kind, "name": path, "text": text})
		if err != nil {
			t.Fatal(err)
		}
		lines.Write(append(line, '\n'))
	}
	add(d, "openapi", "/openapi.json")
	for _, path := range []string{"/", "/?view=all&q=class:fact", "/?view=starred", "/stories", "/stories/wire/1", "/stories/wire/1?look=inline", "/stories/wire/1?look=text",
		"/stories/wire/1?look=page", "/sources", "/sources/wire", "/search?q=ferry", "/login", "/nothing"} {
		add(d, "html", path)
	}
	addShop := func(path string) { add(s.desk, "html", path) }
	addShop("/")
	addShop("/watch")
	addShop("/sources")
	s.post("/watch/start", map[string][]string{"text": {"sources:\n  a:\n    start: https://a.example/\n    fields:\n      body: .old p\n"}})
	breakLayout(t, s.db)
	addShop("/sources")
	addShop("/sources/a")
	addShop("/rules")
	addShop("/rules?source=a&field=body")
	addShop("/rules?source=a&field=headline&n=5")
	addShop("/rules/page?source=a&field=headline")
	cmd := exec.CommandContext(t.Context(), node, script)
	cmd.Stdin = &lines
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if faults := strings.TrimSpace(string(out)); faults != "" {
		t.Errorf("found\n%s", faults)
	}
}

// readFeed prints of a feed what a feed reader makes of it, as JSON.
const readFeed = `
import feedparser, json, sys
f = feedparser.parse(sys.stdin.buffer.read())
print(json.dumps({"fault": str(f.get("bozo_exception", "")), "version": f.version, "title": f.feed.title, "id": f.feed.id, "self": [l.href for l in f.feed.links if l.rel == "self"],
  "updated": f.feed.updated, "entries": [{"id": e.id, "title": e.title, "updated": e.updated_parsed is not None, "link": e.link, "text": e.content[0].value if "content" in e else e.summary} for e in f.entries]}))`

// A feed reader takes the feeds without a complaint: an entry a change, under an ID
// that stays, with the words before and after.
func TestFeedsInAReader(t *testing.T) {
	const python = "/usr/bin/python3" // Debian's, which apt-get installs for
	if exec.CommandContext(t.Context(), python, "-c", "import feedparser").Run() != nil {
		missing(t, "no feedparser: apt-get install python3-feedparser")
	}
	d := walked(t)
	d.tell("wire", "3", 1, `<b>Bold & "bright"`, "It has 3 < 4 people.", "<script>alert(1)</script>")
	d.tell("wire", "3", 2, `<b>Bold & "bright"`, "It has 5 < 4 people.", "<script>alert(1)</script>")
	type feed struct {
		Fault, Version, Title, ID, Updated string
		Self                               []string
		Entries                            []struct {
			ID, Title, Link, Text string
			Updated               bool
		}
	}
	read := func(path string) (f feed) {
		t.Helper()
		_, _, text := d.get(path)
		cmd := exec.CommandContext(t.Context(), python, "-c", readFeed)
		cmd.Stdin = strings.NewReader(text)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s\n%s", err, out, text)
		}
		if err := json.Unmarshal(out, &f); err != nil {
			t.Fatal(err)
		}
		return f
	}
	for _, path := range []string{"/feeds/changes.atom?q=-event:new", "/feeds/stories.atom", "/feeds/changes.atom?class=fact&source=wire"} {
		f := read(path)
		if f.Fault != "" || f.Version != "atom10" || f.Title == "" || f.ID == "" || f.Updated == "" || len(f.Self) != 1 || len(f.Entries) == 0 {
			t.Errorf("%s: %q %s %q %v, %d entries", path, f.Fault, f.Version, f.Title, f.Self, len(f.Entries))
		}
		ids := map[string]string{}
		for _, e := range f.Entries {
			if ids[e.ID] != "" || !e.Updated || e.Title == "" || e.Link == "" || e.Text == "" {
				t.Errorf("%s: entry %+v", path, e)
			}
			ids[e.ID] = e.Text
		}
		for _, e := range read(path).Entries {
			if ids[e.ID] != e.Text {
				t.Errorf("%s: entry %s is another the second time", path, e.ID)
			}
		}
	}
	entry := read("/feeds/changes.atom?q=id:3+class:fact").Entries[0]
	if !strings.Contains(entry.Text, "<del>3</del>") || !strings.Contains(entry.Text, "<ins>5</ins>") || strings.Contains(entry.Text, "<script") {
		t.Errorf("the entry says %s", entry.Text)
	}
	if !strings.Contains(entry.Title, `<b>Bold`) && !strings.Contains(entry.Title, "&lt;b&gt;Bold") {
		t.Errorf("the title says %s", entry.Title)
	}
}
