package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets tests call the program by its name from a shell, and by this test's
// own.
func TestMain(m *testing.M) {
	asProgram()
	testscript.Main(m, map[string]func(){"stakeout": main})
}

// notRun are the documented commands that the test below doesn't run, by how they
// begin, and why.
var notRun = []struct{ begins, why string }{
	{"stakeout demo", "a quarter of a minute of its own: the tests of demo, and the last step of .ci/run"},
	{"stakeout ping", "asks a running service: TestPing"},
	{"stakeout worker", "needs Postgres: TestKilledWorkersLoseAndDoubleNothing"},
	{"stakeout --db postgres://", "needs Postgres: TestKilledWorkersLoseAndDoubleNothing"},
	{"stakeout migrate", "needs Postgres: the tests of migrate in package store"},
	{"stakeout completion zsh", "writes where zsh says: TestCompletion"},
	{"stakeout completion powershell", "writes where PowerShell says: TestCompletion"},
	{"stakeout import crawl.warc.gz", "needs an archive: TestImportTakesBackAnExportedArchive"},
	{"stakeout sources --repair", "needs a layout that broke: TestRepairOfABrokenRule"},
}

// command is one that a page shows in a block, and where.
type command struct {
	line string
	page string
	at   int
}

var (
	fence    = regexp.MustCompile("^\\s*```")
	shown    = regexp.MustCompile(`^ *(?:\$ )?(?:go run \./cmd/)?(stakeout .*)$`)
	meaning  = regexp.MustCompile(`   +\S.*$`) // what it does, in a column beside it
	pattern  = regexp.MustCompile(`…|\[flags\]|\[[A-Za-z-]+`)
	inline   = regexp.MustCompile("`(stakeout [^`]*)`")
	anywhere = regexp.MustCompile(`https?://[a-z0-9.-]+(:\d+)?`)
)

// blocks are the commands of a page, block by block.
func blocks(t *testing.T, path string) [][]command {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var all [][]command
	var block []command
	fenced := false
	end := func() {
		if len(block) > 0 {
			all, block = append(all, block), nil
		}
	}
	for i, line := range strings.Split(string(content), "\n") {
		if fence.MatchString(line) {
			fenced = !fenced
			end()
			continue
		}
		within := fenced || strings.HasPrefix(line, "    ")
		if !within {
			end()
			continue
		}
		m := shown.FindStringSubmatch(line)
		if m == nil || pattern.MatchString(m[1]) || strings.HasPrefix(m[1], "stakeout: ") {
			continue
		}
		if strings.HasSuffix(path, "cli.md") && !strings.HasPrefix(line, "  ") {
			continue // Usage and prose
		}
		c := command{line: m[1], page: filepath.Base(path), at: i + 1}
		if !strings.Contains(c.line, " #") {
			c.line = meaning.ReplaceAllString(c.line, "")
		}
		block = append(block, c)
	}
	end()
	return all
}

// pages are README.md and everything in docs.
func pages(t *testing.T) []string {
	t.Helper()
	all := []string{"../../README.md"}
	for _, glob := range []string{"../../docs/*.md", "../../docs/guide/*.md"} {
		found, err := filepath.Glob(glob)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, found...)
	}
	return all
}

// Every command that README.md and docs show in a block is run, in the order of its
// block, against a site on this machine; or is one of notRun.
func TestDocumentedCommands(t *testing.T) {
	if testing.Short() {
		t.Skip("it runs more than a hundred programs")
	}
	w := newWorld(t)
	ran, used := 0, map[string]bool{}
	for _, page := range pages(t) {
		done := map[string]bool{}
		dir, guide := "", strings.Contains(page, "guide")
		for _, block := range blocks(t, page) {
			if dir == "" || !guide { // a guide goes on from block to block
				dir = w.copy(t)
			}
			w.edited.Add(1) // meanwhile
			for _, c := range block {
				if why := exempt(c.line); why != "" {
					used[why] = true
					continue
				}
				if done[c.line] {
					continue
				}
				done[c.line] = true
				ran++
				if out, err := w.run(t, dir, c.line); err != nil {
					t.Errorf("%s:%d: %s: %v\n%s", c.page, c.at, c.line, err, out)
				}
			}
		}
	}
	if ran < 100 {
		t.Errorf("%d commands were found and run", ran)
	}
	for _, e := range notRun {
		if !used[e.why] {
			t.Errorf("nothing documented begins with %q: take it out of notRun", e.begins)
		}
	}
	t.Logf("%d commands were run", ran)
}

// exempt says why a command isn't run; "" for one that is.
func exempt(line string) string {
	for _, e := range notRun {
		if strings.HasPrefix(line, e.begins) {
			return e.why
		}
	}
	return ""
}

// Commands that are named within a sentence exist, with the flags that they are named
// with.
func TestCommandsNamedInSentencesExist(t *testing.T) {
	root := (&app{env: os.Getenv}).rootCommand()
	n := 0
	for _, page := range pages(t) {
		content, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		text := regexp.MustCompile("(?s)```.*?```").ReplaceAllString(string(content), "")
		for _, m := range inline.FindAllStringSubmatch(text, -1) {
			words := strings.Fields(m[1])[1:]
			c, rest, err := root.Find(words)
			if len(words) > 0 && (words[0] == "help" || words[0] == "head") { // "stakeout head 1" begins what is signed
				continue
			}
			if n++; err != nil || c == root && !strings.HasPrefix(words[0], "-") {
				t.Errorf("%s: there is no `%s`", page, m[1])
				continue
			}
			for _, word := range rest {
				name, isFlag := strings.CutPrefix(strings.Trim(word, "[]"), "--")
				if name, _, _ = strings.Cut(name, "="); isFlag && c.Flags().Lookup(name) == nil && root.PersistentFlags().Lookup(name) == nil && name != "help" && name != "version" {
					t.Errorf("%s: `%s`: there is no --%s", page, m[1], name)
				}
			}
		}
	}
	if n < 35 {
		t.Errorf("%d commands were found", n)
	}
}

// world is a folder like that of somebody who uses stakeout, and the sites that they
// watch, all of them one server on this machine.
type world struct {
	site   *httptest.Server
	dir    string
	edited atomic.Int32 // how often the stories were edited
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{dir: t.TempDir()}
	w.site = httptest.NewServer(w)
	t.Cleanup(w.site.Close)
	write := func(name, content string) {
		t.Helper()
		path := filepath.Join(w.dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	write("configs/whisperx.yaml", "sources:\n  whisperx: {start: "+w.site.URL+"/en/intel, stories: '/en/intel/(?P<id>\\d+)$', schedule: '@every 1m', private: true, delay: 0s}\n")
	write("configs/sources.yaml", strings.ReplaceAll(`sources:
  herald: {start: HOST/herald, stories: '/herald/(?P<id>[a-z-]+)$', schedule: '@hourly', private: true, delay: 0s}
notify:
  desk: {to: HOST/hook, when: 'class:fact'}
`, "HOST", w.site.URL))
	for range 3 {
		w.must(t, w.dir, "stakeout crawl")
		w.edited.Add(1)
	}
	w.must(t, w.dir, "stakeout backup before.db && stakeout backup backup.db && mkdir backups out elsewhere && cp before.db backups/stakeout-2026-04-05.db")
	w.must(t, w.dir, "stakeout keys head.key && stakeout verify --head --sign head.key > head.json && stakeout export --format jsonl --what versions -o all.jsonl")
	write("page.html", w.page("/en/intel/50193"))
	write("monday.html", w.page("/en/intel/50193"))
	w.edited.Add(1)
	write("tuesday.html", w.page("/en/intel/50193"))
	write("pages.jsonl", `{"id":"1","url":"https://whisperx.ai/en/intel/50193","file":"page.html"}`+"\n")
	write("pairs.jsonl", `{"id":"1","url":"https://whisperx.ai/en/intel/50193","old":"monday.html","new":"tuesday.html"}`+"\n")
	write("feeds.opml", `<opml version="2.0"><body><outline text="Herald" type="rss" xmlUrl="https://herald.example/feed"/></body></opml>`)
	write("man/man1/keep", "")
	if _, err := exec.LookPath("jq"); err != nil {
		write("bin/jq", "#!/bin/sh\nexec cat\n")
	}
	return w
}

// copy is the world's folder, as it was made.
func (w *world) copy(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(w.dir)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// newly are files that a command makes and that must not be there before it.
var newly = map[string][]string{
	"stakeout keys":        {"head.key", "head.key.pub"},
	"stakeout init":        {"configs/whisperx.yaml"},
	"stakeout --db news.d": {"news.db"},
	"stakeout backup befo": {"before.db"},
	"stakeout backup /bac": {"backups/stakeout-2026-04-05.db"},
	"stakeout restore":     {"stakeout.db", "stakeout.db-wal", "stakeout.db-shm"},
}

// words stand in for what the documentation leaves to its reader.
var words = strings.NewReplacer(
	"wire/7", "whisperx/50193", " SOURCE/ID", " whisperx/50193", " ID", " 50193", " SOURCE", " whisperx", " OLD NEW", " monday.html tuesday.html",
	" URL", " https://whisperx.ai/en/intel/50193", " WORDS", " harbour", " QUERY", " harbour", " NAME", " whisperx", " TEXT", " 'asked for'",
	" /backups/", " backups/", " /elsewhere/", " elsewhere/", " /usr/local/share/man/man1", " man/man1", "/etc/bash_completion.d/", "out/", "~/.config/fish/completions/", "out/")

// run runs a documented command in a folder, as this machine can.
func (w *world) run(t *testing.T, dir, line string) (string, error) {
	t.Helper()
	for begins, files := range newly {
		for _, name := range files {
			if strings.HasPrefix(line, begins) {
				_ = os.Remove(filepath.Join(dir, name)) // it may not be there
			}
		}
	}
	code, _, _ := strings.Cut(line, " #")
	code = strings.TrimSpace(words.Replace(code + " "))
	if addressed := anywhere.MatchString(code); addressed {
		private := map[string]string{"crawl": " --private --delay 0s", "init": " --private --delay 0s", "try": " --private"}[strings.Fields(code)[1]]
		if strings.Contains(code, "--private") || strings.Contains(code, "--source") {
			private = ""
		}
		code = anywhere.ReplaceAllString(code, w.site.URL) + private
	}
	if regexp.MustCompile(`\bstakeout( --\S+ \S+)* run\b`).MatchString(code) {
		return w.runUntilItWatches(t, dir, code)
	}
	return w.shell(t, dir, code)
}

func (w *world) shell(t *testing.T, dir, code string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "sh", "-c", code)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PATH="+filepath.Join(dir, "bin")+":"+os.Getenv("PATH"))
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func (w *world) must(t *testing.T, dir, code string) {
	t.Helper()
	if out, err := w.shell(t, dir, code); err != nil {
		t.Fatalf("%s: %v\n%s", code, err, out)
	}
}

// runUntilItWatches runs a service until it says that it watches, and ends it as ^C does.
func (w *world) runUntilItWatches(t *testing.T, dir, code string) (string, error) {
	t.Helper()
	code = regexp.MustCompile(` --listen \S+`).ReplaceAllString(code, "") + " --listen 127.0.0.1:0"
	cmd := exec.CommandContext(t.Context(), "sh", "-c", "exec "+code)
	cmd.Dir = dir
	log := &lockedLog{}
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return "", err
	}
	for range 600 {
		if strings.Contains(log.String(), "watching") {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		return log.String(), err
	}
	err := cmd.Wait()
	if err == nil && !strings.Contains(log.String(), "stopped") {
		err = fmt.Errorf("it never watched")
	}
	return log.String(), err
}

// ServeHTTP answers for every site: a path of one part is a listing, as is the intel
// site's; what is below is a story.
func (w *world) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	path := r.URL.Path
	rw.Header().Set("Content-Type", "text/html; charset=utf-8")
	switch {
	case r.Method == http.MethodPost:
		rw.WriteHeader(http.StatusNoContent)
	case path == "/robots.txt":
		http.NotFound(rw, r)
	case path == "/en/intel":
		fmt.Fprint(rw, listing("/en/intel/50193", "/en/intel/50194"))
	case path == "/" || strings.Count(path, "/") == 1:
		base := strings.TrimSuffix(path, "/")
		fmt.Fprint(rw, listing(base+"/harbour-reopens-after-storm", base+"/council-votes-on-ferry", base+"/school-roof-to-be-mended"))
	default:
		fmt.Fprint(rw, w.page(path))
	}
}

func listing(paths ...string) string {
	var b strings.Builder
	b.WriteString(`<!doctype html><html lang="en"><head><title>News</title></head><body><nav><a href="/about">About</a></nav><main><h1>News</h1>`)
	for _, p := range paths {
		fmt.Fprintf(&b, `<article><h2><a href="%s">%s, and what its neighbours say</a></h2></article>`, p, strings.ReplaceAll(filepath.Base(p), "-", " "))
	}
	return b.String() + "</main></body></html>"
}

// page is a story as often edited as the world was.
func (w *world) page(path string) string {
	id := filepath.Base(path)
	page := strings.NewReplacer("Harbour reopens after nine days", "What "+strings.ReplaceAll(id, "-", " ")+" means for the harbour",
		"Forty-one boats", fmt.Sprintf("%d boats", 41+w.edited.Load()), "had fish again", "had fish again, and a tentative deal").Replace(cardPage)
	if strings.HasPrefix(path, "/en/intel/") {
		return strings.Replace(page, "</strong>: 77", "</strong>: "+id, 1)
	}
	return strings.Replace(page, "<li><strong>ID</strong>: 77</li>", "", 1)
}

// lockedLog is written to by a program and read by a test.
type lockedLog struct {
	mu sync.Mutex // protects b
	b  bytes.Buffer
}

func (l *lockedLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// goTest is a command that runs tests or benchmarks, as pages name one.
var goTest = regexp.MustCompile("go test ((?:(?:-[a-z]+(?:[= ][^ `-]\\S*)?|\\./\\S*|\\.) )*?)-(?:run|bench) ('[^']+'|[^ `]+)((?: [^`|]*)?)")

// Every test and benchmark that the documentation names is there: each alternative of
// a pattern finds one in the packages that it is run in.
func TestTestsNamedInDocumentationExist(t *testing.T) {
	n := 0
	for _, page := range append(pages(t), "../../CONTRIBUTING.md") {
		content, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.ReplaceAll(string(content), `\|`, "\x00") // of a table
		for _, m := range goTest.FindAllStringSubmatch(text, -1) {
			packages := regexp.MustCompile(`\./[A-Za-z/.]*`).FindAllString(m[1]+m[3], -1)
			names := strings.Trim(m[2], "'")
			if len(packages) == 0 || names == "XXX" || names == "." || strings.HasPrefix(names, "^") {
				continue
			}
			for _, name := range regexp.MustCompile(`[|\x00]`).Split(names, -1) {
				if n++; !hasTest(t, packages, name) {
					t.Errorf("%s: go test %s -run %s finds nothing", page, strings.Join(packages, " "), name)
				}
			}
		}
	}
	if n < 30 {
		t.Errorf("%d names of tests were found", n)
	}
}

// hasTest reports whether a test or benchmark of the packages has a name in its own.
func hasTest(t *testing.T, packages []string, name string) bool {
	t.Helper()
	function := regexp.MustCompile(`(?m)^func (Test|Benchmark|Fuzz)\w*` + regexp.QuoteMeta(strings.TrimPrefix(name, "Test")))
	found := false
	for _, pkg := range packages {
		root, below := strings.CutSuffix(pkg, "...")
		base := filepath.Join("../..", root)
		err := filepath.WalkDir(base, func(path string, d os.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if d.IsDir() && path != base && !below {
				return filepath.SkipDir
			}
			if !strings.HasSuffix(path, "_test.go") {
				return nil
			}
			content, err := os.ReadFile(path)
			found = found || function.Match(content)
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
	return found
}
