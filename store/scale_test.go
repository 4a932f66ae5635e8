package store

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"stakeout/story"
)

// TestScale measures what costs what on a history of STAKEOUT_SCALE stories of
// three versions each, beside one of ten thousand:
//
//	STAKEOUT_SCALE=1000000 go test -run TestScale -v -timeout 3h ./store
//
// With STAKEOUT_SCALE_FILE the history is made there, and found there next time.
func TestScale(t *testing.T) {
	n, err := strconv.Atoi(os.Getenv("STAKEOUT_SCALE"))
	if err != nil {
		t.Skip("set STAKEOUT_SCALE to how many stories")
	}
	small := filepath.Join(t.TempDir(), "small.db")
	big := os.Getenv("STAKEOUT_SCALE_FILE")
	if big == "" {
		big = filepath.Join(t.TempDir(), "big.db")
	}
	makeScale(t, small, 10_000)
	makeScale(t, big, n)
	a, b := measureScale(t, small, 10_000), measureScale(t, big, n)
	t.Logf("%-34s %12s %12s %8s", "milliseconds", "10000", strconv.Itoa(n), "ratio")
	for i := range a {
		t.Logf("%-34s %12.3f %12.3f %8.2f", a[i].what, a[i].ms, b[i].ms, b[i].ms/a[i].ms)
	}
}

const scaleSources = 10

// scaleWord is a word as often as words are: few of them in most stories.
func scaleWord(r *rand.Rand) string {
	return "word" + strconv.Itoa(int(r.ExpFloat64()*r.ExpFloat64()*3000))
}

// scaleStory is a version of a story: of five paragraphs, one that each further
// version has anew. Its page is short, since what a page costs doesn't depend on
// how many there are.
func scaleStory(i, version int) Result {
	first := rand.New(rand.NewPCG(uint64(i), 0))
	paragraph := func(r *rand.Rand) string {
		var b strings.Builder
		for range 40 {
			b.WriteString(scaleWord(r) + " ")
		}
		return b.String()
	}
	headline := fmt.Sprintf("%s %s %d", scaleWord(first), scaleWord(first), i)
	var body []string
	for range 5 {
		body = append(body, paragraph(first))
	}
	if version > 0 {
		body[version%5] = paragraph(rand.New(rand.NewPCG(uint64(i), uint64(version))))
	}
	res := firstVersion("source"+strconv.Itoa(i%scaleSources), strconv.Itoa(i), headline, body...)
	res.Pages[0].Body = []byte("<h1>" + headline + "</h1><p>" + body[version%5])
	res.From, res.At = version, t0.Add(time.Duration(i)*time.Second+time.Duration(version)*time.Hour)
	res.NextAt = res.At.Add(24 * time.Hour)
	res.Print = PageID([]byte(res.Print))
	res.Change.Event = story.EventNew
	if version > 0 {
		res.Change, res.Outcome = &story.Change{Event: story.EventChanged, Classes: []story.Class{story.Fact}}, story.Changed
	}
	return res
}

// makeScale makes a history of n stories of three versions, in batches that are
// made ready beside the one that is written.
func makeScale(t *testing.T, path string, n int) {
	t.Helper()
	if _, err := os.Stat(path); err == nil {
		return
	}
	s := mustOpenFile(t, path, Options{})
	begun := time.Now()
	batches := make(chan []packedResult, 2)
	go func() {
		defer close(batches)
		for from := 0; from < n; from += scaleBatch {
			for version := range 3 {
				batches <- prepareScale(t, s, from, min(n, from+scaleBatch), version)
			}
		}
	}()
	for batch := range batches {
		if err := s.commit(t.Context(), noKey, func(tx *tx) error {
			for _, p := range batch {
				if _, err := record(tx, p); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d stories made in %v, %d MB", n, time.Since(begun).Round(time.Second), info.Size()>>20)
}

// scaleBatch is how many versions share a transaction.
const scaleBatch = 1000

func prepareScale(t *testing.T, s *Store, from, to, version int) []packedResult {
	packed := make([]packedResult, 0, to-from)
	for i := from; i < to; i++ {
		p, err := s.prepare(t.Context(), scaleStory(i, version))
		if err != nil {
			t.Error(err)
			return nil
		}
		packed = append(packed, p)
	}
	return packed
}

type cost struct {
	what string
	ms   float64
}

// measureScale gives the median cost of what a history is asked for.
func measureScale(t *testing.T, path string, n int) []cost {
	t.Helper()
	ctx := t.Context()
	var out []cost
	measure := func(what string, times int, do func(i int) error) {
		t.Helper()
		best := make([]float64, 0, times)
		for i := range times {
			begun := time.Now()
			if err := do(i); err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			best = append(best, time.Since(begun).Seconds()*1000)
		}
		out = append(out, cost{what, median(best)})
	}
	measure("open, close", 5, func(int) error {
		s, err := Open(ctx, path, Options{})
		if err != nil {
			return err
		}
		return s.Close()
	})
	s := mustOpenFile(t, path, Options{})
	r := rand.New(rand.NewPCG(3, uint64(time.Now().UnixNano())))
	key := func(i int) story.Key {
		return story.Key{Source: "source" + strconv.Itoa(i%scaleSources), ID: strconv.Itoa(i)}
	}
	first := func(seq func(func(story.Story, error) bool), want int) (err error) {
		got := 0
		seq(func(_ story.Story, e error) bool {
			got++
			err = e
			return e == nil && got < want
		})
		return err
	}
	measure("same visit, each its transaction", 400, func(int) error {
		i := r.IntN(n)
		_, err := s.Record(ctx, sameAs(scaleStory(i, 0), 3, time.Now()))
		return err
	})
	measure("changed visit, same bytes undone", 100, func(j int) error {
		res := scaleStory(r.IntN(n), 3)
		_, err := s.Record(ctx, res)
		if err != nil && strings.Contains(err.Error(), ErrStale.Error()) {
			return nil // drawn twice
		}
		return err
	})
	measure("find by ID", 200, func(int) error { _, err := s.Find(ctx, strconv.Itoa(r.IntN(n))); return err })
	measure("find by URL", 200, func(int) error { _, err := s.Find(ctx, address(strconv.Itoa(r.IntN(n)))); return err })
	measure("show", 200, func(int) error { _, err := s.Story(ctx, key(r.IntN(n))); return err })
	measure("list, 50 latest", 20, func(int) error { return first(s.Stories(ctx, Filter{}), 50) })
	measure("list of a source, 50 latest", 20, func(int) error { return first(s.Stories(ctx, Filter{Source: "source3"}), 50) })
	measure("export stories, first row", 20, func(int) error { return first(s.Stories(ctx, Filter{}), 1) })
	measure("export versions, first row", 20, func(int) error { return first(s.Versions(ctx, Filter{}), 1) })
	measure("export versions since, first row", 20, func(int) error {
		return first(s.Versions(ctx, Filter{Since: t0.Add(time.Duration(n) * time.Second)}), 1)
	})
	measure("latest 50 changes", 20, func(int) error { return take(s.Changes(ctx, ChangeFilter{Newest: true, Limit: 50})) })
	measure("changes of a source, first 50", 20, func(int) error { return take(s.Changes(ctx, ChangeFilter{Source: "source3", Limit: 50})) })
	measure("changes since, none", 20, func(int) error {
		return take(s.Changes(ctx, ChangeFilter{Since: time.Now().AddDate(1, 0, 0), Limit: 50}))
	})
	measure("search, rare words", 20, func(int) error { _, err := s.Search(ctx, "word15000 word3", 20); return err })
	measure("search, a word in a tenth", 5, func(int) error { _, err := s.Search(ctx, "word900", 20); return err })
	measure("search, a word in most", 5, func(int) error { _, err := s.Search(ctx, "word1", 20); return err })
	measure("search, prefix of all", 3, func(int) error { _, err := s.Search(ctx, "word*", 20); return err })
	for _, words := range []string{"word15000 word3", "word200 word300", "word1 word2"} {
		measure("phrase, "+words, 3, func(int) error {
			for _, err := range s.Courses(ctx, words, Filter{}) {
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	measure("stories that may be copies", 50, func(int) error { _, err := s.Alike(ctx, key(r.IntN(n))); return err })
	measure("due, 100", 20, func(int) error {
		_, err := s.Due(ctx, DueFilter{Source: "source3", At: time.Now().AddDate(10, 0, 0), Limit: 100})
		return err
	})
	measure("health of ten sources", 5, func(int) error { _, err := s.Health(ctx, time.Now()); return err })
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	out = append(out, cost{"(memory from the system, MB)", float64(m.Sys >> 20)})
	return out
}

func take(seq func(func(story.Change, error) bool)) error {
	for _, err := range seq {
		if err != nil {
			return err
		}
	}
	return nil
}

func median(v []float64) float64 {
	for i := range v {
		for j := i; j > 0 && v[j] < v[j-1]; j-- {
			v[j], v[j-1] = v[j-1], v[j]
		}
	}
	return v[len(v)/2]
}
