// Command reading measures this project's reader and the best published ones in Go
// on the shared corpora, in the same run: the corpora's measures, the processor's
// time, garbage collection included, and what is allocated.
//
//	cd bench && go run ./reading ../../shared/data/extraction
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"stakeout/internal/measure"
	"stakeout/story"
)

// A reader reads a story from a page.
type reader struct {
	name string
	read func(address string, page []byte) (story.Reading, error)
}

// result is what a reader came to on one corpus.
type result struct {
	score     *measure.Score
	failed    int
	perPage   time.Duration // of the processor
	slowest   time.Duration // one page, by the clock
	most      uint64        // bytes allocated for one page
	slow, big string        // which pages those are
}

func main() {
	rounds := flag.Int("rounds", 3, "how often each corpus is read; the quickest round counts")
	flag.Parse()
	dir := "../../shared/data/extraction"
	if flag.NArg() > 0 {
		dir = flag.Arg(0)
	}
	readers := []reader{{"stakeout", ours}, {"go-trafilatura, fallback on", trafilatura}, {"go-readability", readability}}
	for _, corpus := range []string{"fundus", "trafilatura"} {
		rows, err := measure.Read(filepath.Join(dir, corpus))
		if err != nil {
			fmt.Fprintf(os.Stderr, "reading: %v\n", err)
			os.Exit(1)
		}
		results := make([]result, len(readers))
		for i, r := range readers {
			results[i] = run(r, rows, *rounds)
		}
		table(corpus, len(rows), readers, results)
	}
}

// run reads a corpus several times over, and keeps the quickest round.
func run(r reader, rows []measure.Row, rounds int) result {
	var best result
	for n := range rounds {
		got := result{score: measure.New()}
		readings := make([]story.Reading, len(rows))
		runtime.GC()
		began := processor()
		for i, row := range rows {
			at, allocated := time.Now(), allocations()
			read, err := r.read(row.Truth.URL, row.Page)
			if err != nil {
				got.failed++
			}
			readings[i] = read
			if took := time.Since(at); took > got.slowest {
				got.slowest, got.slow = took, row.Truth.File
			}
			if bytes := allocations() - allocated; bytes > got.most {
				got.most, got.big = bytes, row.Truth.File
			}
		}
		got.perPage = (processor() - began) / time.Duration(len(rows))
		for i, row := range rows {
			got.score.Add(row.Truth, readings[i])
		}
		if n == 0 || got.perPage < best.perPage {
			best = got
		}
	}
	return best
}

func allocations() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

// table prints a corpus in Markdown.
func table(corpus string, pages int, readers []reader, results []result) {
	fmt.Printf("\n| %s, %d pages |", corpus, pages)
	for _, r := range readers {
		fmt.Printf(" %s |", r.name)
	}
	fmt.Printf("\n|%s\n", strings.Repeat(" --- |", len(readers)+1))
	line := func(name string, value func(result) string) {
		fmt.Printf("| %s |", name)
		for _, r := range results {
			fmt.Printf(" %s |", value(r))
		}
		fmt.Println()
	}
	for _, m := range []struct{ name, metric string }{
		{"headline, exact", "title"}, {"authors, exact set", "author_set"}, {"published, day", "day"}, {"published, minute", "minute"},
		{"tags, F1", "tag_f1"}, {"body, token F1", "body_f1"}, {"pages with a body under 0.8", "body_bad"}, {"segments, F1", "segment_f1"},
	} {
		if results[0].score.Has(m.metric) {
			line(m.name, func(r result) string { return fmt.Sprintf("%.3f", r.score.Value(m.metric)) })
		}
	}
	line("processor, ms a page", func(r result) string { return fmt.Sprintf("%.1f", ms(r.perPage)) })
	line("slowest page, ms", func(r result) string { return fmt.Sprintf("%.0f (%s)", ms(r.slowest), filepath.Base(r.slow)) })
	line("most allocated for a page, MB", func(r result) string { return fmt.Sprintf("%.0f (%s)", float64(r.most)/(1<<20), filepath.Base(r.big)) })
	line("pages that failed", func(r result) string { return fmt.Sprint(r.failed) })
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
