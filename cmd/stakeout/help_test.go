package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"stakeout/configs"
	"stakeout/filter"
	"stakeout/history"
	"stakeout/scheduler"
	"stakeout/story"
)

// topic is the text of a topic, as help prints it.
func topic(t *testing.T, name string) string {
	t.Helper()
	return mustRun(t, "help", name)
}

// firstWords are the first words of the lines that stand two columns in.
func firstWords(text string) []string {
	var all []string
	for _, m := range regexp.MustCompile(`(?m)^  (\w+) `).FindAllStringSubmatch(text, -1) {
		all = append(all, m[1])
	}
	return all
}

// Topics name all that the program knows, and nothing else.
func TestTopicsAreComplete(t *testing.T) {
	var classes []string
	for _, c := range story.Classes {
		classes = append(classes, string(c))
	}
	if got := firstWords(topic(t, "classes")); len(got) < len(classes) || !slices.Equal(got[:len(classes)], classes) {
		t.Errorf("help classes tells of %v, expected %v", got, classes)
	}
	schema, err := configs.Schema()
	if err != nil {
		t.Fatal(err)
	}
	var defs struct {
		Defs map[string]struct {
			AnyOf []struct{ Properties map[string]any } `yaml:"anyOf"`
		} `yaml:"$defs"`
	}
	if err := yaml.Unmarshal(schema, &defs); err != nil {
		t.Fatal(err)
	}
	rules, keys := topic(t, "rules"), 0
	for _, form := range defs.Defs["rule"].AnyOf {
		for key := range form.Properties {
			keys++
			if !slices.Contains(firstWords(rules), key) {
				t.Errorf("help rules says nothing of %s", key)
			}
		}
	}
	if keys == 0 {
		t.Error("no key of a rule was found in the schema")
	}
	filters := topic(t, "filters")
	for _, key := range filter.Keys {
		if !strings.Contains(filters, key+":") && !strings.Contains(filters, key) {
			t.Errorf("help filters says nothing of %s", key)
		}
	}
}

// What help formats says of each format is what an export takes.
func TestTopicOfFormats(t *testing.T) {
	text := topic(t, "formats")
	for _, format := range history.Formats {
		line := regexp.MustCompile(`(?m)^  ` + format + ` .*$`).FindString(text)
		if line == "" {
			t.Errorf("help formats says nothing of %s", format)
		}
		for _, what := range []string{"stories", "versions", "changes"} {
			taken := history.Export{Format: format, What: what}.Check() == nil
			if told := strings.Contains(line[:min(len(line), 40)], what); told && !taken {
				t.Errorf("help formats says that %s is of %s, which is refused", format, what)
			}
		}
	}
}

// Every schedule, filter and mapping that a topic shows is one that is taken.
func TestTopicsShowWhatIsTaken(t *testing.T) {
	n := 0
	for _, m := range regexp.MustCompile(`(?m)^  schedule: '([^']+)'`).FindAllStringSubmatch(topic(t, "schedule"), -1) {
		n++
		if _, err := scheduler.ParseSchedule(m[1]); err != nil {
			t.Error(err)
		}
	}
	for _, m := range regexp.MustCompile(`(?m)^  (recheck|window|budget|pause): (.+?)(   .*)?$`).FindAllStringSubmatch(topic(t, "schedule"), -1) {
		n++
		loads(t, "    "+m[1]+": "+m[2]+"\n")
	}
	rules := topic(t, "rules")
	from := strings.Index(rules, "  fields:")
	loads(t, indented(rules[from:from+strings.Index(rules[from:], "\n\n")]))
	from = strings.Index(rules, "  drop:")
	loads(t, indented(rules[from:from+strings.Index(rules[from:], "\n\n")]))
	for _, m := range regexp.MustCompile(`(?m)^  ((?:class|event|tag):.*:.*)$`).FindAllStringSubmatch(topic(t, "filters"), -1) {
		n++
		for _, line := range strings.Split(m[1], "  ") {
			if _, err := filter.Parse(line, time.Now()); err != nil {
				t.Errorf("%s: %v", line, err)
			}
		}
	}
	if n < 12 {
		t.Errorf("%d examples were found", n)
	}
}

// indented puts two more columns in front of each line.
func indented(text string) string {
	return "  " + strings.ReplaceAll(text, "\n", "\n  ") + "\n"
}

// loads reads a configuration with these lines of a source.
func loads(t *testing.T, lines string) {
	t.Helper()
	content := "sources:\n  a:\n    start: https://a.example/\n" + lines
	if _, err := configs.Load(file(t, "c.yaml", content), configs.LoadOptions{}); err != nil {
		t.Errorf("%v\n%s", err, content)
	}
}

// Sources, stories and what flags take are completed, with words beside them.
func TestCompletion(t *testing.T) {
	server := oneCardSite(t)
	cfg, db := source(t, server.URL+"/", `/story/(?P<id>\d+)$`), filepath.Join(t.TempDir(), "s.db")
	mustRun(t, "--config", cfg, "--db", db, "crawl")
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"crawl", ""}, "s\t" + server.URL},
		{[]string{"list", "--source", ""}, "s\t" + server.URL},
		{[]string{"show", "7"}, "77\tHarbour reopens after nine days"},
		{[]string{"diff", "s/"}, "s/77\tHarbour reopens after nine days"},
		{[]string{"export", "--format", "w"}, "warc"},
		{[]string{"export", "--class", "co"}, "correction"},
		{[]string{"export", "--tlp", "a"}, "amber"},
		{[]string{"completion", "f"}, "fish"},
	} {
		out := mustRun(t, append([]string{"__complete", "--config", cfg, "--db", db}, c.args...)...)
		if !strings.HasPrefix(out, c.want) && !strings.Contains(out, "\n"+c.want) {
			t.Errorf("%v is completed with %q, expected %q", c.args, out, c.want)
		}
	}
	for _, shell := range shells {
		if out := mustRun(t, "completion", shell); !strings.Contains(out, "__complete") {
			t.Errorf("completion for %s asks for nothing:\n%.200s", shell, out)
		}
	}
	if _, stderr, status := stakeout(t, "completion", "tcsh"); status != statusUsage || !strings.Contains(stderr, "tcsh") {
		t.Errorf("exit %d: %s", status, stderr)
	}
}

// There is a manual page for each command, the same each time, that man can show.
func TestManualPages(t *testing.T) {
	one, two := t.TempDir(), t.TempDir()
	mustRun(t, "man", one)
	mustRun(t, "man", two)
	a := &app{env: os.Getenv}
	for _, c := range a.rootCommand().Commands() {
		if c.IsAdditionalHelpTopicCommand() {
			continue
		}
		name := "stakeout-" + c.Name() + ".1"
		first, err := os.ReadFile(filepath.Join(one, name))
		if err != nil {
			t.Error(err)
			continue
		}
		again, err := os.ReadFile(filepath.Join(two, name))
		if err != nil || string(first) != string(again) {
			t.Errorf("%s differs from one run to the next (%v)", name, err)
		}
		for _, want := range []string{".TH", ".SH EXAMPLE", ".SH OPTIONS"} {
			if !strings.Contains(string(first), want) {
				t.Errorf("%s has no %s", name, want)
			}
		}
	}
	if groff, err := exec.LookPath("groff"); err == nil {
		out, err := exec.CommandContext(context.Background(), groff, "-man", "-Tutf8", "-ww", filepath.Join(one, "stakeout-crawl.1")).CombinedOutput()
		if err != nil || !strings.Contains(string(out), "stakeout crawl whisperx") {
			t.Errorf("groff: %v\n%s", err, out)
		}
	}
	if _, stderr, status := stakeout(t, "man", filepath.Join(one, "nowhere")); status != statusFailed || !strings.Contains(stderr, "mkdir") {
		t.Errorf("exit %d: %s", status, stderr)
	}
}

func TestVersionTellsBuildFacts(t *testing.T) {
	out := mustRun(t, "--version")
	for _, want := range []string{"stakeout " + version(), "revision", "go1.", "/"} {
		if !strings.Contains(out, want) {
			t.Errorf("--version doesn't say %q:\n%s", want, out)
		}
	}
}
