package change_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sort"
	"strings"
	"sync"
	"testing"

	"stakeout/change"
	"stakeout/extract"
	"stakeout/story"
)

// pairFloors are what is reached on the shared pairs, in percent; falling below
// one of them, or saying "changed" more often than most, fails. The real pairs
// that fall short were read one by one: docs/noise.md judges them.
var pairFloors = map[string]struct{ right, fields, class, most float64 }{
	"noise":      {100, 0, 0, 0},
	"edit":       {99.7, 100, 100, 100},
	"mixed":      {100, 100, 100, 100},
	"fetch":      {100, 0, 0, 0},
	"real-noise": {95.6, 0, 0, 0.8},
	"real-link":  {93, 0, 0, 7},
	"real-edit":  {94.6, 0, 0, 100},
}

// copies is two copies of one page, and what is right to say of them.
type copies struct {
	ID       string `json:"id"`
	Group    string `json:"group"`
	Kind     string `json:"kind"`
	URL      string `json:"url"`
	Old      string `json:"old"`
	New      string `json:"new"`
	Status   int    `json:"status"`
	FinalURL string `json:"final_url"`
	Policy   bool   `json:"policy"`
	Expect   struct {
		Outcome []story.Outcome `json:"outcome"`
		Fields  []string        `json:"fields"`
		Class   []story.Class   `json:"class"`
	} `json:"expect"`
}

func TestScoreOnPairs(t *testing.T) {
	pairs := readPairs(t)
	verdicts := judgeAll(t, pairs)
	groups := map[string]*tally{}
	for i, p := range pairs {
		if p.Policy {
			if v := verdicts[i]; !slices.Contains(p.Expect.Outcome, v.Outcome) {
				t.Logf("a matter of policy: %s %s: %s %s", p.ID, p.Kind, v.Outcome, v.Reason)
			}
			continue
		}
		if groups[p.Group] == nil {
			groups[p.Group] = &tally{}
		}
		groups[p.Group].add(t, p, verdicts[i])
	}
	var names []string
	for name := range groups {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		g, floor := groups[name], pairFloors[name]
		t.Logf("%-11s %4d pairs  right %5.1f %%  changed %5.1f %%  fields %s  class %s",
			name, g.pairs, percent(g.right, g.pairs), percent(g.changed, g.pairs), orDash(g.fields, g.withFields), orDash(g.class, g.withClass))
		if percent(g.right, g.pairs) < floor.right || percent(g.changed, g.pairs) > floor.most ||
			g.withFields > 0 && percent(g.fields, g.withFields) < floor.fields ||
			g.withClass > 0 && percent(g.class, g.withClass) < floor.class {
			t.Errorf("%s is not held to its floor: %+v", name, floor)
		}
	}
}

// tally counts what came of a group's pairs.
type tally struct{ pairs, right, changed, fields, withFields, class, withClass int }

func (g *tally) add(t *testing.T, p copies, v change.Verdict) {
	right := slices.Contains(p.Expect.Outcome, v.Outcome)
	g.pairs++
	g.right += one(right)
	g.changed += one(v.Outcome == story.Changed)
	if !right {
		t.Logf("missed: %s %s %s: %s %s%s", p.ID, p.Kind, p.URL, v.Outcome, v.Reason, brief(v.Change.Fields))
	}
	if right && len(p.Expect.Fields) > 0 {
		ok := slices.Equal(fieldNames(v.Change.Fields), slices.Sorted(slices.Values(p.Expect.Fields)))
		g.withFields++
		g.fields += one(ok)
		if !ok {
			t.Logf("fields: %s %s: want %q, got%s", p.ID, p.Kind, p.Expect.Fields, brief(v.Change.Fields))
		}
	}
	if right && len(p.Expect.Class) > 0 {
		ok := slices.ContainsFunc(p.Expect.Class, func(c story.Class) bool { return slices.Contains(v.Change.Classes, c) })
		g.withClass++
		g.class += one(ok)
		if !ok {
			t.Logf("class: %s %s: want one of %q, got%s", p.ID, p.Kind, p.Expect.Class, brief(v.Change.Fields))
		}
	}
	for _, f := range v.Change.Fields {
		if err := replays(f); err != nil {
			t.Errorf("%s: %v", p.ID, err)
		}
	}
}

func one(is bool) int {
	if is {
		return 1
	}
	return 0
}

func percent(n, of int) float64 { return 100 * float64(n) / float64(of) }

func orDash(n, of int) string {
	if of == 0 {
		return "      -"
	}
	return fmt.Sprintf("%5.1f %%", percent(n, of))
}

// fieldNames are the names of the fields that differ, sorted, each once.
func fieldNames(fields []story.FieldChange) []string {
	out := []string{}
	for _, f := range fields {
		out = append(out, f.Field)
	}
	sort.Strings(out)
	return slices.Compact(out)
}

// brief shows the first few fields of a change.
func brief(fields []story.FieldChange) string {
	var b strings.Builder
	for i, f := range fields {
		if i == 4 {
			fmt.Fprintf(&b, "\n        … %d more", len(fields)-i)
			break
		}
		fmt.Fprintf(&b, "\n        %s %s: ", f.Field, f.Class)
		if f.IsList {
			fmt.Fprintf(&b, "%q → %q", f.OldList, f.NewList)
		}
		for _, w := range f.Words {
			if w.Op != story.Kept {
				fmt.Fprintf(&b, "%s%q ", w.Op, w.Text)
			}
		}
	}
	return b.String()
}

// replays says how a field's words fail to give its old and its new text; nil
// where they don't.
func replays(f story.FieldChange) error {
	if f.IsList {
		return nil
	}
	var old, new strings.Builder
	for _, w := range f.Words {
		if w.Op != story.Inserted {
			old.WriteString(w.Text)
		}
		if w.Op != story.Dropped {
			new.WriteString(w.Text)
		}
	}
	if old.String() != f.Old || new.String() != f.New {
		return fmt.Errorf("%s: words give %q and %q, want %q and %q", f.Field, old.String(), new.String(), f.Old, f.New)
	}
	return nil
}

// judgeAll judges each pair as a visit would. An old page that several pairs have
// is read once.
func judgeAll(t *testing.T, pairs []copies) []change.Verdict {
	dir := filepath.Join(shared(t), "pairs")
	read := func(p copies, file string) story.Reading {
		return extract.Read(extract.Page{URL: p.URL, Body: readPage(t, filepath.Join(dir, file))}, nil, nil)
	}
	withOld := map[[2]string][]int{}
	for i, p := range pairs {
		withOld[[2]string{p.Old, p.URL}] = append(withOld[[2]string{p.Old, p.URL}], i)
	}
	verdicts := make([]change.Verdict, len(pairs))
	next := make(chan []int)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for same := range next {
				old := read(pairs[same[0]], pairs[same[0]].Old)
				before := &old
				if old.Trouble != (story.Trouble{}) {
					before = nil
				}
				for _, i := range same {
					p := pairs[i]
					verdicts[i] = change.Judge(before, change.Response{URL: p.URL, FinalURL: p.FinalURL, Status: p.Status}, read(p, p.New))
				}
			}
		})
	}
	for _, same := range withOld {
		next <- same
	}
	close(next)
	workers.Wait()
	return verdicts
}

// shared is the folder of shared data; without it the test is skipped, or fails
// where STAKEOUT_DATA_REQUIRED says that it must be there.
func shared(tb testing.TB) string {
	tb.Helper()
	dir := filepath.Join("..", "..", "shared", "data")
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("STAKEOUT_DATA_REQUIRED") == "1" {
			tb.Fatalf("shared data is required and absent: %v", err)
		}
		tb.Skipf("no shared data at %s: put it there to measure on it", dir)
	}
	return dir
}

func readPairs(tb testing.TB) []copies {
	tb.Helper()
	lines, err := os.ReadFile(filepath.Join(shared(tb), "pairs", "pairs.jsonl"))
	if err != nil {
		tb.Fatal(err)
	}
	var pairs []copies
	for line := range bytes.Lines(lines) {
		var p copies
		if err := json.Unmarshal(line, &p); err != nil {
			tb.Fatal(err)
		}
		pairs = append(pairs, p)
	}
	return pairs
}

// readPage reads a compressed page; what can't be read fails the test, and is
// empty.
func readPage(tb testing.TB, path string) []byte {
	f, err := os.Open(path)
	if err != nil {
		tb.Error(err)
		return nil
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		tb.Error(err)
		return nil
	}
	b, err := io.ReadAll(z)
	if err != nil {
		tb.Error(err)
	}
	return b
}
