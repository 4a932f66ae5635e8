package configs

import (
	"bytes"
	"errors"
	"flag"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

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
		{"template of nothing", "notify:\n  desk:\n    to: 'ntfy://ntfy.sh/x'\n    template: |\n      {{range .Changes}}{{.Title}}\n      {{.Headlin}}{{end}}\n", `message:2:2: executing "message" at <.Headlin>`},
		{"template with no end", "notify:\n  desk: {to: 'ntfy://ntfy.sh/x', template: '{{range .Changes}}'}\n", `c.yaml:2:44: notify desk: template: found "{{range .Changes}}", expected a template (message:1: unexpected EOF)`},
		{"export that can't be", "exports:\n  e: {format: md, what: changes, path: out, schedule: '@hourly'}\n", `c.yaml:2:25: exports e: what: found "changes", expected stories, which is what md can hold`},
		{"export over what was", "exports:\n  e: {format: csv, new: true, path: 'out/%Y-%m-%d.csv', schedule: '@hourly'}\n", `c.yaml:2:37: exports e: path: found "out/%Y-%m-%d.csv", expected the time in it`},
		{"bad address", "sources:\n  a: {start: ftp://x/}\n", `c.yaml:2:14: source a: start: found "ftp://x/", expected an address`},
		{"bad selector", source("next: 'a['"), `c.yaml:4:11: source a: next: found "a[", expected a CSS selector`},
		{"bad rule selector", source("fields:\n      headline: ['h1', 'h2[']"), `c.yaml:5:24: source a: fields: headline: found "h2[", expected a CSS selector`},
		{"bad drop", source("drop: [.a, '..b']"), `c.yaml:4:16: source a: drop: found "..b"`},
		{"bad ignore", source("ignore: [.a, '/(/']"), `c.yaml:4:18: source a: ignore: found "/(/", expected a regular expression between slashes`},
		{"ignore all", source("ignore: '/x*/'"), `expected a regular expression that doesn't match the empty text`},
		{"bad watch", source("watch: ['p[']"), `c.yaml:4:13: source a: watch: found "p[", expected a CSS selector, or a regular expression between slashes`},
		{"bad pattern", source("stories: '('"), `c.yaml:4:14: source a: stories: found "(", expected a regular expression`},
		{"bad group", source("stories: '(?P<ident>x)'"), `found group "ident", expected no named group but id`},
		{"bad rule pattern", source("fields: {id: {css: p, regexp: '\\d+'}}"), `fields: id: regexp: found "\\d+", expected a group in brackets`},
		{"bad cron", source("schedule: '* * *'"), `c.yaml:4:15: source a: schedule: found "* * *", expected a cron schedule`},
		{"cron that never runs", source("schedule: '0 0 31 2 *'"), "never runs"},
		{"cron zone alone", source("schedule: 'TZ=UTC'"), `schedule: found "TZ=UTC", expected a cron schedule`},
		{"cron each nothing", source("schedule: '@every 0s'"), "expected @every with whole seconds from 1s up"},
		{"bad zone", source("schedule: 'CRON_TZ=Mars/Base 0 6 * * *'"), `found time zone "Mars/Base"`},
		{"bad recheck", source("recheck: often"), `recheck: found "often", expected adaptive, never, or a cron schedule`},
		{"bad duration", source("delay: 2 parsecs"), `c.yaml:4:12: source a: delay: found "2 parsecs", expected a duration such as 2s or 500ms`},
		{"bare number", source("delay: 2"), `delay: found "2", expected a duration`},
		{"negative duration", source("delay: -2s"), `delay: found "-2s"`},
		{"bad number", source("parallel: 0"), `parallel: found "0", expected a whole number from 1 to 64`},
		{"bad yes", source("private: maybe"), `private: found "maybe", expected true or false`},
		{"bad robots", source("robots: maybe"), `robots: found "maybe", expected obey or ignore`},
		{"render", source("render: firefox"), `render: found "firefox", expected true or false`},
		{"two places", source("fields: {id: {css: p, label: ID}}"), "expected exactly one of them"},
		{"bad layout", source("fields: {published: {css: p, layout: YYYY}}"), `layout: found "YYYY", expected a Go layout`},
		{"bad rule zone", source("fields: {published: {css: p, zone: CETT}}"), `zone: found "CETT", expected an IANA time zone`},
		{"key twice", source("pages: 1\n    pages: 2"), "pages"},
		{"not a mapping", "sources: [a]", "expected a mapping"},
		{"no YAML", "sources: {a: [", "c.yaml:"},
		{"unset variable", "database: ${UNSET}", "c.yaml:1:11: database: found ${UNSET}, expected the environment to set UNSET"},
		{"no zone behind a zone", source("schedule: 'CRON_TZ=UTC TZ=UTC'"), `schedule: found "CRON_TZ=UTC TZ=UTC", expected a cron schedule`},
		{"bad recheck bound", source("recheck: {young: soon}"), `recheck: young: found "soon", expected a length of time such as 30min, 24h or 7d`},
		{"bad recheck budget", source("budget: {rechecks: 5}"), `budget: rechecks: found "5", expected a number of re-checks in a minute, an hour or a day`},
		{"window without a run", source("schedule: 'CRON_TZ=UTC 0 5 * * *'\n    window: 06-22 UTC"), `found a schedule that never runs within the window`},
		{"bad window", source("window: sometimes"), `window: found "sometimes", expected days, hours and a time zone`},
		{"recheck that never runs", source("recheck: '0 0 31 2 *'"), `recheck: found "0 0 31 2 *", which never runs, expected adaptive, never, or a day`},
		{"empty start", "sources:\n  a: {start: []}\n", "c.yaml:2:14: source a: start: found an empty list, expected an address"},
		{"start of nothing", "sources:\n  a:\n    start:\n", "start: found nothing, expected text"},
		{"second start", "sources:\n  a:\n    start:\n      - https://a.example/\n      - a.example\n", `c.yaml:5:9: source a: start: found "a.example", expected an address`},
		{"bad host", source("hosts: 'https://a.example/'"), `hosts: found "https://a.example/", expected a host's name`},
		{"empty pattern", source("stories: ''"), `stories: found "", expected a regular expression`},
		{"absurd duration", source("delay: 9999h"), `delay: found "9999h", expected a duration of at most 24h`},
		{"number out of range", source("pages: 10001"), `pages: found "10001", expected a whole number from 0 to 10000`},
		{"number too large", source("pages: 99999999999999999999"), `pages: found "99999999999999999999", expected a whole number`},
		{"yes in quotes", source("private: 'true'"), `private: found "true", expected true or false`},
		{"second rule key", source("fields:\n      id: {css: p, regexp: '(a)'}\n      desk: [p, {css: 'h2['}]"), `c.yaml:6:23: source a: fields: desk: css: found "h2[", expected a CSS selector`},
		{"attr alone", source("fields: {id: {label: ID, attr: href}}"), `fields: id: attr: found "href", expected a css beside it`},
		{"empty rule", source("fields: {headline: ''}"), `c.yaml:4:24: source a: fields: headline: found "", expected text`},
		{"no rule", source("fields: {headline: []}"), `fields: headline: found an empty list, expected a rule`},
		{"reserved field", source("fields: {links: a}"), `found field "links", expected another name`},
		{"field of the name of a key", source("fields: {drop: 'a['}\n    drop: 'b['"), `c.yaml:4:20: source a: fields: drop: found "a["`},
		{"empty database", "database: ''\n", `c.yaml:1:11: database: found "", expected the path`},
		{"word for text", "database: true\n", `database: found "true", expected text`},
		{"header in contact", "contact: \"a\\r\\nX: y\"\n", `contact: found "a\r\nX: y", expected a page or a mail address`},
		{"alias of nothing", source("next: *gone"), `next: found *gone, which no & before it defines, expected text`},
		{"merged in a circle", "sources:\n  a: &a\n    start: https://a.example/\n    <<: *a\n", "mappings merged in a circle"},
		{"merged text", source("<<: text"), `found "text", expected a mapping to merge`},
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

func TestLoadTellsAnUnsetVariableOnce(t *testing.T) {
	_, err := load(t, "sources:\n  a:\n    start: https://${UNSET}/\n    delay: ${UNSET}\n    pages: ${UNSET}\n    private: ${UNSET}\n")
	var p Problems
	if !errors.As(err, &p) || len(p) != 4 || p[0].Line != 3 || p[3].Line != 6 {
		t.Fatalf("found %v, expected four problems in order", err)
	}
}

func TestLoadTakesWhatEditorsAndYAMLBring(t *testing.T) {
	for name, content := range map[string]string{
		"a byte order mark": "\uFEFFsources:\n  a: {start: 'https://a.example/'}\n",
		"CRLF":              "sources:\r\n  a:\r\n    start: https://a.example/\r\n",
		"a directive":       "%YAML 1.2\n---\nsources: {a: {start: 'https://a.example/'}}\n",
		"JSON":              `{"sources": {"a": {"start": "https://a.ex\u0061mple/", "private": false, "pages": 5, "drop": [".ad"]}}}`,
		"a block":           "sources:\n  a:\n    start: >-\n      https://a.example/\n",
		"an alias":          "contact: &x https://a.example/\nsources:\n  a:\n    start: *x\n",
		"documents":         "sources: {}\n---\nsources: {a: {start: 'https://a.example/'}}\n",
		"a tag":             "sources: {a: {start: !!str 'https://a.example/'}}\n",
	} {
		cfg, err := load(t, content)
		if err != nil || len(cfg.Sources) != 1 || cfg.Sources[0].Start[0] != "https://a.example/" {
			t.Errorf("%s: found %+v, %v", name, cfg, err)
		}
	}
}

func TestLoadMergesMappings(t *testing.T) {
	cfg, err := load(t, `sources:
  a: &a
    start: https://a.example/
    delay: 5s
    pages: 7
    fields: &f {headline: h1, desk: .desk}
  b:
    <<: *a
    start: https://b.example/
    pages: 1
  c:
    start: https://c.example/
    fields: {<<: [*f], desk: .other}
`)
	if err != nil {
		t.Fatal(err)
	}
	b, c := cfg.Sources[1], cfg.Sources[2]
	if b.Start[0] != "https://b.example/" || b.Delay != 5*time.Second || b.Pages != 1 || !b.Rules.Has("desk") || !c.Rules.Has("headline") {
		t.Errorf("found %+v, %+v", b, c)
	}
}

func TestLoadPassesOverWhatIsNotConfiguration(t *testing.T) {
	dir := filepath.Join(write(t, map[string]string{}), "with [brackets]")
	if err := os.MkdirAll(filepath.Join(dir, "folder.yaml"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{"a.yaml": "sources: {a: {start: 'https://a.example/'}}", ".#a.yaml": "a: [", "examples.yml": "a: ["} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cfg, err := Load(dir, LoadOptions{})
	if err != nil || len(cfg.Sources) != 1 {
		t.Errorf("found %+v, %v", cfg, err)
	}
}

func TestSourceWatches(t *testing.T) {
	cfg, err := load(t, "sources: {a: {start: 'http://127.0.0.1:8080/', hosts: ['Other.example', '127.0.0.1:9090'], stories: '/\\d+$'}}")
	if err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]bool{
		"http://127.0.0.1:8080/1": true, "http://127.0.0.1:9090/1": true, "https://other.example/1": true, "https://other.example:443/1": true,
		"http://127.0.0.1:8080/x": false, "http://127.0.0.1:7070/1": false, "https://a.other.example/1": false, "://1": false,
	} {
		if got := cfg.Sources[0].Watches(address); got != want {
			t.Errorf("%s: found %t", address, got)
		}
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
	var example, schema map[string]any
	if err := yaml.Unmarshal(content, &example); err != nil {
		t.Fatal(err)
	}
	if content, err = Schema(); err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(content, &schema); err != nil {
		t.Fatal(err)
	}
	used, described := map[string]bool{}, map[string]bool{}
	keysUsed(example, used)
	keysDescribed(schema, described)
	for key := range described {
		if !used[key] {
			t.Errorf("the example has no %s", key)
		}
	}
	known := map[string]bool{}
	for _, keys := range [][]string{topKeys, sourceKeys, ruleKeys, authKeys, loginKeys, budgetKeys, secretKeys, recheckKeys, rechecksKeys, webKeys, notifyKeys, exportKeys} {
		for _, key := range keys {
			known[key] = true
		}
	}
	if !maps.Equal(described, known) {
		t.Errorf("the schema describes %v, the reader knows %v", described, known)
	}
}

// keysUsed gathers the keys of every mapping in a configuration.
func keysUsed(v any, keys map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			keys[key] = true
			keysUsed(value, keys)
		}
	case []any:
		for _, value := range v {
			keysUsed(value, keys)
		}
	}
}

// keysDescribed gathers the properties of every object in a schema.
func keysDescribed(v any, keys map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		if properties, ok := v["properties"].(map[string]any); ok {
			for key := range properties {
				keys[key] = true
			}
		}
		for _, value := range v {
			keysDescribed(value, keys)
		}
	case []any:
		for _, value := range v {
			keysDescribed(value, keys)
		}
	}
}

// The keys of a rule are those of extract's type.
func TestRuleKeysAreThoseOfRule(t *testing.T) {
	var tags []string
	for i := range reflect.TypeFor[extract.Rule]().NumField() {
		tags = append(tags, reflect.TypeFor[extract.Rule]().Field(i).Tag.Get("yaml"))
	}
	slices.Sort(tags)
	if known := slices.Sorted(slices.Values(ruleKeys)); !slices.Equal(tags, known) {
		t.Errorf("found %v, expected %v", known, tags)
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

// A validator of JSON Schema that isn't ours takes what the reader takes, and
// refuses what it refuses.
func TestSchemaValidates(t *testing.T) {
	const script = "import json, sys, jsonschema\n" +
		"schema, value = json.load(open('schema.json')), json.load(sys.stdin)\n" +
		"jsonschema.Draft202012Validator.check_schema(schema)\n" +
		"sys.exit(0 if jsonschema.Draft202012Validator(schema).is_valid(value) else 3)\n"
	if out, err := exec.Command("python3", "-c", "import jsonschema").CombinedOutput(); err != nil {
		t.Skipf("needs Python with its jsonschema package (%v): %s", err, out)
	}
	valid := func(content []byte) bool {
		asJSON, err := yaml.YAMLToJSON(content)
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("python3", "-c", script)
		cmd.Stdin = bytes.NewReader(asJSON)
		out, err := cmd.CombinedOutput()
		if cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != 0 && cmd.ProcessState.ExitCode() != 3 {
			t.Fatalf("%v: %s", err, out)
		}
		return err == nil
	}
	for _, name := range []string{"examples/all-keys.yaml", "whisperx.yaml"} {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !valid(content) {
			t.Errorf("%s doesn't follow the schema", name)
		}
	}
	for _, bad := range []string{"sourcs: {}", "sources: {a: {}}", "sources: {a: {start: 5}}", "sources: {a: {start: x, pages: -1}}", "sources: {a: {start: x, fields: {b: {cs: p}}}}", "sources: {a: {start: x, render: firefox}}", "sources: {a: {start: x, budget: {requests: 5}}}", "sources: {a: {start: x, login: {url: x}}}", "sources: {a: {start: x, auth: {user: {fil: x}}}}"} {
		if valid([]byte(bad)) {
			t.Errorf("the schema takes %s", bad)
		}
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
	for _, seed := range []string{"sources: {a: {start: x}}", "a: [", "sources:\n  a:\n    fields: {x: {css: p}}", "&a [*a]", "{}", "- 1", "sources: {a: {start: https://a.example/, drop: !!str x}}",
		"sources:\n  a: &a {start: https://a.example/, recheck: '@daily'}\n  b:\n    <<: [*a, *a]\n    private: ${X}\n", "? a\n: b\n---\n%YAML 1.2\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, content string) {
		l := loader{cfg: &Config{}, set: map[string]Problem{}, env: func(string) (string, bool) { return "", false }}
		l.read("c.yaml", []byte(content))
		cfg, err := l.finish()
		for _, p := range l.problems {
			if p.Want == "" || p.Line < 0 {
				t.Errorf("a problem that says too little: %+v", p)
			}
		}
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

func TestPathsIntoJSON(t *testing.T) {
	cfg, err := load(t, "sources:\n  s:\n    start: https://h.example/api\n    items: data.items[*]\n    link: /news/{slug}\n    next: $.paging.next\n")
	if err != nil {
		t.Fatal(err)
	}
	if s := cfg.Sources[0]; s.Items.String() != "data.items[*]" || s.Link.String() != "/news/{slug}" || s.NextPath.String() != "$.paging.next" || s.Next != "" {
		t.Errorf("found %v, %v, %v, %q", s.Items, s.Link, s.NextPath, s.Next)
	}
	for key, value := range map[string]string{"items": "$..url", "link": "/news/{slug", "next": "$.a[?(@.b)]"} {
		_, err := load(t, "sources:\n  s:\n    start: https://h.example/api\n    "+key+": '"+value+"'\n")
		if err == nil || !strings.Contains(err.Error(), ":4:") || !strings.Contains(err.Error(), "a path into JSON") {
			t.Errorf("%s: %s: %v", key, value, err)
		}
	}
}
