package configs

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stakeout/extract"
)

var update = flag.Bool("update", false, "rewrite schema.json")

// write writes files into a folder of the test's own.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func load(t *testing.T, content string) (*Config, error) {
	t.Helper()
	return Load(filepath.Join(write(t, map[string]string{"c.yaml": content}), "c.yaml"), LoadOptions{
		Env: func(name string) (string, bool) { return "from-" + name, name == "SET" },
	})
}

func TestLoadDefaults(t *testing.T) {
	cfg, err := load(t, "sources:\n  a:\n    start: https://a.example/\n")
	if err != nil {
		t.Fatal(err)
	}
	s := cfg.Sources[0]
	if cfg.Database != "stakeout.db" || s.Delay != 2*time.Second || s.Parallel != 1 || s.Pages != 5 || s.IgnoreRobots || s.Private ||
		s.Schedule != nil || s.Recheck != (Recheck{}) || s.Rules == nil {
		t.Fatalf("defaults: %+v", s)
	}
}

func TestLoadFolderInNameOrder(t *testing.T) {
	dir := write(t, map[string]string{
		"b.yaml": "sources: {b: {start: 'https://b.example/'}}", "a.yaml": "database: x.db\nsources: {a: {start: ['https://a.example/', 'https://a.example/feed']}}",
		"ignored.yml": "nonsense: true", "c.yaml": "# nothing but a comment\n", "d.yaml": `{"sources": {"d": {"start": "https://d.example/", "pages": 0}}}`,
	})
	cfg, err := Load(dir, LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(cfg.Sources) != 3 || cfg.Sources[0].Name != "a" || cfg.Sources[2].Name != "d" || cfg.Sources[2].Pages != 0 || cfg.Database != "x.db" {
		t.Fatalf("found %+v", cfg)
	}
}

func TestLoadTwiceNamesBothPlaces(t *testing.T) {
	dir := write(t, map[string]string{
		"a.yaml": "database: x.db\nsources:\n  s: {start: 'https://a.example/'}\n",
		"b.yaml": "database: y.db\nsources:\n  s: {start: 'https://b.example/'}\n",
	})
	_, err := Load(dir, LoadOptions{})
	for _, want := range []string{"a.yaml:1:1", "b.yaml:1:1", "a.yaml:3:3", "b.yaml:3:3"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("found %v, expected it to name %s", err, want)
		}
	}
}

func TestLoadAbsent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "configs")
	if _, err := Load(path, LoadOptions{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a named path that is absent: found %v, expected it to be an error", err)
	}
	cfg, err := Load(path, LoadOptions{AbsentIsEmpty: true})
	if err != nil || len(cfg.Sources) != 0 || cfg.Database != DefaultDatabase {
		t.Errorf("the default folder: found %v, %v", cfg, err)
	}
}

func TestLoadEnvironment(t *testing.T) {
	cfg, err := load(t, "database: ${SET}.db\ncontact: $${SET}\n")
	if err != nil || cfg.Database != "from-SET.db" || cfg.Contact != "${SET}" {
		t.Fatalf("found %+v, %v", cfg, err)
	}
}

// Every bad thing is said with its place, what was found and what is expected.
func TestLoadProblems(t *testing.T) {
	source := func(lines string) string { return "sources:\n  a:\n    start: https://a.example/\n    " + lines + "\n" }
	for _, c := range []struct{ name, content, want string }{
		{"unknown key", source("shedule: '@hourly'"), `c.yaml:4:5: source a: found unknown key "shedule", expected schedule, perhaps`},
		{"unknown top key", "sourcs: {}", `c.yaml:1:1: found unknown key "sourcs", expected sources, perhaps`},
		{"unknown rule key", source("fields: {headline: {cs: h1}}"), `unknown key "cs", expected css, perhaps`},
		{"no start", "sources:\n  a: {pages: 1}\n", "c.yaml:2:3: source a: found no start"},
		{"bad address", "sources:\n  a: {start: ftp://x/}\n", `c.yaml:2:14: source a: start: found "ftp://x/", expected an address`},
		{"bad selector", source("next: 'a['"), `c.yaml:4:11: source a: next: found "a[", expected a CSS selector`},
		{"bad rule selector", source("fields:\n      headline: ['h1', 'h2[']"), `c.yaml:5:24: source a: fields: headline: css: found "h2[", expected a CSS selector`},
		{"bad drop", source("drop: [.a, '..b']"), `c.yaml:4:16: source a: drop: found "..b"`},
		{"bad pattern", source("stories: '('"), `c.yaml:4:14: source a: stories: found "(", expected a regular expression`},
		{"bad group", source("stories: '(?P<ident>x)'"), `found group "ident", expected no named group but id`},
		{"bad rule pattern", source("fields: {id: {css: p, regexp: '\\d+'}}"), `fields: id: regexp: found "\\d+", expected a group in brackets`},
		{"bad cron", source("schedule: '* * *'"), `c.yaml:4:15: source a: schedule: found "* * *", expected a cron schedule`},
		{"cron that never runs", source("schedule: '0 0 31 2 *'"), "never runs"},
		{"cron zone alone", source("schedule: 'TZ=UTC'"), `schedule: found "TZ=UTC", expected a cron schedule`},
		{"cron each nothing", source("schedule: '@every 0s'"), "expected @every with a duration from 1s up"},
		{"bad zone", source("schedule: 'CRON_TZ=Mars/Base 0 6 * * *'"), `found time zone "Mars/Base"`},
		{"bad recheck", source("recheck: often"), `recheck: found "often", expected adaptive, never, or a cron schedule`},
		{"bad duration", source("delay: 2 parsecs"), `c.yaml:4:12: source a: delay: found "2 parsecs", expected a duration such as 2s or 500ms`},
		{"bare number", source("delay: 2"), `delay: found "2", expected a duration`},
		{"negative duration", source("delay: -2s"), `delay: found "-2s"`},
		{"bad number", source("parallel: 0"), `parallel: found "0", expected a whole number from 1 to 64`},
		{"bad yes", source("private: maybe"), `private: found "maybe", expected true or false`},
		{"bad robots", source("robots: maybe"), `robots: found "maybe", expected obey or ignore`},
		{"render", source("render: true"), "not available in this version"},
		{"two places", source("fields: {id: {css: p, label: ID}}"), "expected exactly one of them"},
		{"bad layout", source("fields: {published: {css: p, layout: YYYY}}"), `layout: found "YYYY", expected a Go layout`},
		{"bad rule zone", source("fields: {published: {css: p, zone: CETT}}"), `zone: found "CETT", expected an IANA time zone`},
		{"key twice", source("pages: 1\n    pages: 2"), "pages"},
		{"not a mapping", "sources: [a]", "expected a mapping"},
		{"no YAML", "sources: {a: [", "c.yaml:"},
		{"unset variable", "database: ${UNSET}", "c.yaml:1:11: database: found ${UNSET}, expected the environment to set UNSET"},
		{"bad name", "sources:\n  'a/b': {start: 'https://a.example/'}\n", `source a/b: found name "a/b", expected letters`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := load(t, c.content)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("found %v\nexpected it to say %s", err, c.want)
			}
		})
	}
}

func TestLoadTellsEveryProblemAtOnce(t *testing.T) {
	_, err := load(t, "sources:\n  a: {start: x, delay: y}\n  b: {pages: -1}\n")
	var p Problems
	if !errors.As(err, &p) || len(p) != 4 {
		t.Fatalf("found %v, expected four problems", err)
	}
}

func TestExampleHasEveryKey(t *testing.T) {
	cfg, err := Load("examples/all-keys.yaml", LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(cfg.Sources) != 1 || cfg.Sources[0].Schedule == nil {
		t.Fatalf("found %+v", cfg)
	}
	content, err := os.ReadFile("examples/all-keys.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, keys := range [][]string{topKeys, sourceKeys, ruleKeys} {
		for _, key := range keys {
			if !strings.Contains(string(content), key+":") {
				t.Errorf("the example explains no %s", key)
			}
		}
	}
}

func TestWhisperxReads(t *testing.T) {
	cfg, err := Load(".", LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if got := cfg.Sources[0].StoryID("https://whisperx.ai/en/intel/50193"); got != "50193" {
		t.Errorf("found ID %q", got)
	}
}

func TestSchemaIsCurrent(t *testing.T) {
	want, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("schema.json", want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile("schema.json")
	if err != nil || string(got) != string(want) {
		t.Errorf("schema.json is stale (%v): go test ./configs -update", err)
	}
}

func TestAdHoc(t *testing.T) {
	for address, name := range map[string]string{
		"https://example.org/news": "example.org", "http://127.0.0.1:8080/": "127.0.0.1-8080", "http://[::1]:80/": "..1-80",
	} {
		s, err := AdHoc(address, true, 0, 4)
		if err != nil || s.Name != name || s.Start[0] != address || !s.Private || s.Parallel != 4 {
			t.Errorf("%s: found %+v, %v", address, s, err)
		}
	}
	if _, err := AdHoc("example.org", false, 0, 1); err == nil {
		t.Error("an address without a scheme was taken")
	}
}

func FuzzLoad(f *testing.F) {
	for _, seed := range []string{"sources: {a: {start: x}}", "a: [", "sources:\n  a:\n    fields: {x: {css: p}}", "&a [*a]", "{}", "- 1", "sources: {a: {start: https://a.example/, drop: !!str x}}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, content string) {
		l := loader{cfg: &Config{}, set: map[string]Problem{}, env: func(string) (string, bool) { return "", false }}
		l.read("c.yaml", []byte(content))
		cfg, err := l.finish()
		if err == nil {
			for _, s := range cfg.Sources {
				if len(s.Start) == 0 || s.Rules == nil {
					t.Errorf("an incomplete source was taken: %+v", s)
				}
			}
		}
	})
}

func TestRuleFieldsAreKept(t *testing.T) {
	cfg, err := load(t, "sources:\n  a:\n    start: https://a.example/\n    fields: {tags: {label: Tags, split: ','}, desk: .d}\n")
	if err != nil {
		t.Fatal(err)
	}
	read := extract.Read(extract.Page{URL: "https://a.example/1", Body: []byte(`<html><body><article><h1>A headline that is long enough</h1><p>Some text of a story that goes on for a while, as stories do.</p><p>And on it goes.</p><p>Tags: a, b</p><p class=d>City</p></article></body></html>`)}, cfg.Sources[0].Rules, nil)
	if strings.Join(read.Tags, "|") != "a|b" || read.Metadata["desk"] != "City" {
		t.Errorf("found tags %q, metadata %q", read.Tags, read.Metadata)
	}
}
