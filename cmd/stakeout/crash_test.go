package main

import (
	"bytes"
	"compress/gzip"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"stakeout/internal/baddisk"
	"stakeout/store"
	"stakeout/story"
)

// badDiskEnv makes this test program the program itself, on a disk that does what
// the variable says: "kill POINT NTH", "fail FROM UNTIL CODE", or "good".
const badDiskEnv = "STAKEOUT_TEST_BAD_DISK"

// asProgram runs the program where that is asked for, and ends with it.
func asProgram() {
	plan := os.Getenv(badDiskEnv)
	if plan == "" {
		return
	}
	var point baddisk.Point
	var nth, until int
	var code int32
	if n, _ := fmt.Sscanf(plan, "kill %s %d", &point, &nth); n == 2 {
		baddisk.Kill(point, nth)
	}
	if n, _ := fmt.Sscanf(plan, "fail %d %d %d", &nth, &until, &code); n == 3 {
		baddisk.Arm(nth, until, code)
	}
	baddisk.Register(true)
	main()
}

// onDisk is the program on a disk.
func onDisk(t *testing.T, plan string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, args...)
	cmd.Env = append(os.Environ(), badDiskEnv+"="+plan)
	return cmd
}

// street is a paper whose stories are crawled by crash tests, and its history.
type street struct {
	*paper
	cfg, db string
}

func newStreet(t *testing.T, stories int) *street {
	t.Helper()
	p := &paper{versions: make([]int, stories), line: named}
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	cfg := file(t, "c.yaml", fmt.Sprintf("sources:\n  s: {start: '%s/', stories: '/story/(?P<id>\\d+)$', schedule: '@every 1s', recheck: '@every 1s', delay: 1ms, parallel: 4, private: true, robots: ignore}\n", server.URL))
	return &street{p, cfg, filepath.Join(t.TempDir(), "s.db")}
}

func (s *street) args(command ...string) []string {
	return append([]string{"--config", s.cfg, "--db", s.db}, command...)
}

// editSome edits a few stories.
func (s *street) editSome() {
	for range 3 {
		s.edit(rand.IntN(len(s.versions)))
	}
}

// told are the lines of a crawl that tell of something recorded.
var told = regexp.MustCompile(`(?m)^  \S.* +(\d+) +What happened`)

// said is a version as the tests tell them apart.
func said(v story.Story) string { return fmt.Sprint(v.ID, " ", v.Version, " ", v.Body) }

// whole checks that a history is whole, and returns its versions.
func (s *street) whole(t *testing.T, when string) map[string]bool {
	t.Helper()
	sound(t, s.db, when)
	versions, texts := map[string]bool{}, map[string]bool{}
	for _, v := range lines[story.Story](t, mustRun(t, "--db", s.db, "export", "--format", "jsonl", "--what", "versions")) {
		if text := fmt.Sprint(v.ID, " ", v.Body); texts[text] {
			t.Fatalf("%s: a version is on record twice: %s", when, text)
		} else {
			texts[text] = true
		}
		versions[said(v)] = true
	}
	return versions
}

// sound has SQLite and verify look at a history.
func sound(t *testing.T, path, when string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var found string
	if err := db.QueryRow("PRAGMA integrity_check").Scan(&found); err != nil || found != "ok" {
		t.Fatalf("%s: SQLite finds %v %v", when, found, err)
	}
	mustRun(t, "--db", path, "verify")
}

// current fails unless each story is on record as the paper has it now.
func (s *street) current(t *testing.T, when string) {
	t.Helper()
	if missing := s.missing(t); missing != "" {
		t.Fatalf("%s: %s", when, missing)
	}
}

// missing says what is not on record as the paper has it now; "" for nothing.
func (s *street) missing(t *testing.T) string {
	t.Helper()
	found := 0
	for _, st := range lines[story.Story](t, mustRun(t, "--db", s.db, "export", "--format", "jsonl")) {
		n, err := strconv.Atoi(st.ID)
		if err != nil || !strings.Contains(strings.Join(st.Body, " "), named(s.version(n-1))) {
			return fmt.Sprintf("story %s is not on record as it stands", st.ID)
		}
		found++
	}
	if found != len(s.versions) {
		return fmt.Sprintf("%d stories, expected %d", found, len(s.versions))
	}
	return ""
}

// Killed at random moments, a hundred times each in the long form, neither `crawl`
// nor `run` loses or doubles anything: what was on record stays there, what a crawl
// told of is there, and the next one goes on.
func TestKilledAtRandom(t *testing.T) {
	kills := 5
	switch {
	case os.Getenv("STAKEOUT_LONG") != "":
		kills = 100
	case testing.Short():
		kills = 1
	}
	for _, command := range [][]string{{"crawl"}, {"run", "--listen", "none"}} {
		t.Run(command[0], func(t *testing.T) {
			s := newStreet(t, 30)
			mustRun(t, s.args("crawl")...)
			known := s.whole(t, "at first")
			acknowledged := 0
			longest := s.takes(t)
			if command[0] == "run" {
				longest += 2 * time.Second // it looks again each second
			}
			for n := range kills {
				s.editSome()
				s.editSome()
				cmd := onDisk(t, "good", s.args(command...)...)
				var out bytes.Buffer
				cmd.Stdout = &out
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				kill := time.AfterFunc(rand.N(longest), func() { _ = cmd.Process.Kill() })
				for range 4 {
					time.Sleep(longest / 20)
					s.editSome()
				}
				_ = cmd.Wait() // killed, or a crawl that was through
				kill.Stop()
				when := fmt.Sprintf("after kill %d", n+1)
				now := s.whole(t, when)
				for v := range known {
					if !now[v] {
						t.Fatalf("%s: lost %s", when, v)
					}
				}
				events := len(told.FindAllString(out.String(), -1))
				if events > len(now)-len(known) {
					t.Fatalf("%s: %d versions more, %d were told\n%s", when, len(now)-len(known), events, out.String())
				}
				acknowledged += events
				known = now
			}
			mustRun(t, s.args("crawl")...)
			s.current(t, "at last")
			t.Logf("%d kills, %d versions, %d of them told before a kill; none lost, none twice", kills, len(known), acknowledged)
		})
	}
}

// takes is how long a crawl takes that is not killed, by a program of its own.
func (s *street) takes(t *testing.T) time.Duration {
	t.Helper()
	begun := time.Now()
	if out, err := onDisk(t, "good", s.args("crawl")...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return time.Since(begun)
}

// deed is a command that is killed at named points, on a history that is made ready.
type deed struct {
	name  string
	args  []string
	ready func(t *testing.T, s *street)
	after func(t *testing.T, s *street) // once the command was run again, to its end
}

func deeds() []deed {
	crawled := func(t *testing.T, s *street) {
		mustRun(t, s.args("crawl")...)
		for i := range s.versions {
			s.edit(i)
		}
		mustRun(t, s.args("crawl")...)
		s.editSome()
	}
	current := func(t *testing.T, s *street) {
		mustRun(t, s.args("crawl")...)
		s.current(t, "at last")
	}
	stands := func(t *testing.T, s *street) { s.whole(t, "at last") }
	return []deed{
		{"first crawl", []string{"crawl"}, func(*testing.T, *street) {}, current},
		{"crawl", []string{"crawl"}, crawled, current},
		{"run", []string{"run", "--listen", "none"}, crawled, current},
		{"backup", []string{"backup", "COPY"}, crawled, func(t *testing.T, s *street) {
			stands(t, s)
			sound(t, s.copyPath(), "the copy")
		}},
		{"prune", []string{"prune", "--keep-pages", "1d", "--visits", "1d", "--shrink"}, func(t *testing.T, s *street) { longAgo(t, s.db) }, stands},
		{"forget", []string{"forget", "s/2", "--reason", "a judge said so"}, crawled, func(t *testing.T, s *street) {
			stands(t, s)
			if out := mustRun(t, "--db", s.db, "export", "--format", "jsonl"); strings.Contains(out, `"id":"2"`) {
				t.Fatal("the story is still on record")
			}
		}},
		{"migration", []string{"crawl"}, func(t *testing.T, s *street) { oldHistory(t, s.db) }, func(t *testing.T, s *street) {
			sound(t, s.db, "migrated")
			if n := len(lines[story.Story](t, mustRun(t, "--db", s.db, "export", "--format", "jsonl", "--what", "versions", "--source", "a"))); n == 0 {
				t.Fatal("the versions of the old history are gone")
			}
		}},
	}
}

func (s *street) copyPath() string { return s.db + ".copy" }

// longAgo records stories of two versions, whose pages are old.
func longAgo(t *testing.T, path string) {
	t.Helper()
	db, err := store.Open(t.Context(), path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for i := range 20 {
		id := strconv.Itoa(i / 2)
		url, f := "https://wire.example/"+id, story.Fields{Headline: "Story " + id, Body: []string{"Once.", strconv.Itoa(i)}}
		page := store.Page{URL: url, ContentType: "text/html", Body: []byte("<h1>" + f.Headline + "</h1>" + strings.Repeat("<p>The same.</p>", 200) + strconv.Itoa(i))}
		r := store.Result{Visit: store.Visit{Source: "wire", Key: story.Key{Source: "wire", ID: id}, URL: url, Kind: store.KindStory,
			Outcome: story.New, Status: 200, At: firstDay.Add(time.Duration(i) * time.Hour)}, From: i % 2, Pages: []store.Page{page},
			Reading: &story.Reading{URL: url, Fields: f}, Print: strconv.Itoa(i), Change: &story.Change{Headline: f.Headline, URL: url}}
		if _, err := db.Record(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
}

// oldHistory writes a history as the first program left it.
func oldHistory(t *testing.T, path string) {
	t.Helper()
	packed, err := os.Open("../../store/testdata/schema-1.db.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	z, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := io.ReadAll(z)
	if err == nil {
		err = os.WriteFile(path, whole, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Killed at any named point of what it does to the disk, no command loses what was
// on record, and run again it comes to the end. The long form goes through
// all points until none is left to come to, the short one through three of them.
func TestKilledAtNamedPoints(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes half a minute")
	}
	for _, d := range deeds() {
		t.Run(d.name, func(t *testing.T) {
			killed := 0
			if os.Getenv("STAKEOUT_LONG") == "" {
				for _, i := range rand.Perm(len(baddisk.Points))[:3] {
					if killedAt(t, d, baddisk.Points[i], 1+rand.IntN(6)) {
						killed++
					}
				}
			} else {
				for _, point := range baddisk.Points {
					for nth := 1; killedAt(t, d, point, nth); nth += 1 + nth/4 { // the later, the more alike
						killed++
					}
				}
			}
			t.Logf("killed %d times", killed)
		})
	}
}

// killedAt reports whether the command came to the point.
func killedAt(t *testing.T, d deed, point baddisk.Point, nth int) bool {
	t.Helper()
	s := newStreet(t, 8)
	d.ready(t, s)
	before := map[string]bool{}
	if _, err := os.Stat(s.db); !errors.Is(err, fs.ErrNotExist) && d.name != "migration" {
		before = s.whole(t, "before")
	}
	args := s.args(d.args...)
	for i, a := range args {
		if a == "COPY" {
			args[i] = s.copyPath()
		}
	}
	cmd := onDisk(t, fmt.Sprintf("kill %s %d", point, nth), args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	end := time.AfterFunc(5*time.Second, func() { _ = cmd.Process.Signal(os.Interrupt) }) // of `run`, which ends by itself never
	defer end.Stop()
	err := cmd.Wait()
	killed := cmd.ProcessState.ExitCode() < 0
	when := fmt.Sprintf("%s killed at %s %d", d.name, point, nth)
	if !killed && err != nil {
		t.Fatalf("%s: it was not killed: %v\n%s", when, err, out.String())
	}
	if len(before) > 0 && d.name != "forget" {
		now := s.whole(t, when)
		for v := range before {
			if !now[v] {
				t.Fatalf("%s: lost %s", when, v)
			}
		}
	}
	if killed && d.name != "run" {
		s.again(t, d, when, args)
	}
	d.after(t, s)
	return killed
}

// again runs a command that was killed once more, to its end.
func (s *street) again(t *testing.T, d deed, when string, args []string) {
	t.Helper()
	if _, err := os.Stat(s.copyPath()); err == nil {
		return // the copy was made before the kill
	}
	_, stderr, status := stakeout(t, args...)
	if status != statusDone && d.name == "forget" && strings.Contains(stderr, "forgotten already") {
		_, stderr, status = stakeout(t, s.args("forget", "--purge")...)
	}
	if status != statusDone {
		t.Fatalf("%s, then run again: exit %d\n%s", when, status, stderr)
	}
}

// Copies made while the service records are whole, and hold what was on record before
// each of them.
func TestBackupUnderLoad(t *testing.T) {
	s := newStreet(t, 20)
	mustRun(t, s.args("crawl")...)
	cmd := onDisk(t, "good", s.args("run", "--listen", "none")...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // killed
	}()
	live, dir := s.db, t.TempDir()
	for i := range 3 {
		s.db = live
		before := s.whole(t, "before the copy")
		for n := range s.versions {
			s.edit(n)
		}
		time.Sleep(time.Second)
		copied := filepath.Join(dir, fmt.Sprintf("copy-%d.db", i))
		mustRun(t, s.args("backup", copied)...)
		s.db = filepath.Join(dir, fmt.Sprintf("restored-%d.db", i))
		mustRun(t, s.args("restore", copied)...)
		restored := s.whole(t, "restored")
		for v := range before {
			if !restored[v] {
				t.Errorf("copy %d lacks %s", i, v)
			}
		}
	}
}
