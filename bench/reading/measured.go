package main

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"syscall"
	"time"

	"golang.org/x/net/html"

	"stakeout/extract"
	"stakeout/internal/measure"
)

// measures are the corpora's own, as the table names them.
var measures = []struct{ name, metric string }{
	{"headline, exact", "title"},
	{"authors, exact set", "author_set"},
	{"published, day", "day"},
	{"published, minute", "minute"},
	{"tags, F1", "tag_f1"},
	{"body, token F1", "body_f1"},
	{"pages with a body under 0.8", "body_bad"},
	{"segments, F1", "segment_f1"},
}

// result is what a reader came to on one corpus.
type result struct {
	Pages, Failed int
	Scores        map[string]float64
	PerPage       time.Duration // of the processor, a page, on the mean
	Parsing       time.Duration // likewise, for x/net/html's parser alone
	Slowest       time.Duration // of the processor, for one page
	Most          uint64        // bytes allocated for one page
	Held          uint64        // bytes resident before the first page is read
	Peak          uint64        // the most bytes resident
}

// measured reads a corpus several times over with one reader. Other work on the
// machine only ever makes reading slower, so the quickest round counts, and of each
// page its quickest reading.
func measured(name, dir string, rounds int) (result, error) {
	r, err := readerOf(name)
	if err != nil {
		return result{}, err
	}
	rows, err := measure.Read(dir)
	if err != nil {
		return result{}, err
	}
	got := result{Pages: len(rows), Scores: map[string]float64{}, Held: resident()}
	score := measure.New()
	for _, row := range rows {
		read, err := r.read(row.Truth.URL, row.Page)
		if err != nil {
			got.Failed++
		}
		score.Add(row.Truth, read)
	}
	got.PerPage, got.Slowest = quickest(rows, rounds, func(row measure.Row) { _, _ = r.read(row.Truth.URL, row.Page) })
	got.Peak = resident()
	got.Parsing, _ = quickest(rows, rounds, func(row measure.Row) { _, _ = html.Parse(bytes.NewReader(extract.Decode(row.Page, ""))) })
	for _, row := range rows {
		got.Most = max(got.Most, allocated(func() { _, _ = r.read(row.Truth.URL, row.Page) }))
	}
	for _, m := range measures {
		if score.Has(m.metric) {
			got.Scores[m.metric] = score.Value(m.metric)
		}
	}
	return got, nil
}

// quickest is the processor's time a page in the quickest of some rounds over rows,
// garbage collection included, and that of the slowest page, each in its quickest
// round.
func quickest(rows []measure.Row, rounds int, f func(measure.Row)) (perPage, slowest time.Duration) {
	pages := make([]time.Duration, len(rows))
	for n := range rounds {
		runtime.GC()
		began := processor()
		for i, row := range rows {
			at := processor()
			f(row)
			if took := processor() - at; n == 0 || took < pages[i] {
				pages[i] = took
			}
		}
		if took := (processor() - began) / time.Duration(len(rows)); n == 0 || took < perPage {
			perPage = took
		}
	}
	for _, took := range pages {
		slowest = max(slowest, took)
	}
	return perPage, slowest
}

func readerOf(name string) (reader, error) {
	var known []string
	for _, r := range readers {
		if r.name == name {
			return r, nil
		}
		known = append(known, r.name)
	}
	return reader{}, fmt.Errorf("no reader %q: there are %s", name, strings.Join(known, ", "))
}

// allocated is how many bytes f allocates, freed ones included: more than it can
// ever hold.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func usage() syscall.Rusage {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic("getrusage of the process itself can't fail: " + err.Error())
	}
	return u
}

// processor is the time that the process has had of the processors.
func processor() time.Duration {
	u := usage()
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// resident is the most bytes that the process has held in memory so far.
func resident() uint64 {
	peak := uint64(usage().Maxrss)
	if runtime.GOOS == "darwin" {
		return peak // there in bytes
	}
	return peak << 10
}
