package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// benchPage is a page of some 65 KB: a frame that all pages share, and words.
func benchPage(r *rand.Rand, frame string) (body []byte, paragraphs []string) {
	for range 20 {
		var b strings.Builder
		for range 40 {
			fmt.Fprintf(&b, "w%d ", int(r.ExpFloat64()*800))
		}
		paragraphs = append(paragraphs, b.String())
	}
	return []byte("<html>" + frame + "<article><p>" + strings.Join(paragraphs, "</p><p>") + "</p></article></html>"), paragraphs
}

func benchFrame() string {
	r := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	for b.Len() < 58<<10 {
		fmt.Fprintf(&b, `<div class="c%d item-%d"><a href="/%x">link %d</a></div>`, r.IntN(30), r.IntN(9), r.Uint32(), r.IntN(1000))
	}
	return b.String()
}

// BenchmarkRecordNew writes new stories of 65 KB from 16 goroutines.
func BenchmarkRecordNew(b *testing.B) {
	s := MustOpen(b)
	frame := benchFrame()
	var n atomic.Int64
	b.SetParallelism(8) // × 2 processors
	b.RunParallel(func(pb *testing.PB) {
		r := rand.New(rand.NewPCG(uint64(n.Add(1)), 7))
		for pb.Next() {
			id := fmt.Sprint(n.Add(1))
			body, paragraphs := benchPage(r, frame)
			res := firstVersion("a", id, "headline "+id, paragraphs...)
			res.Pages[0].Body = body
			if _, err := s.Record(context.Background(), res); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
}

// BenchmarkRecordSame writes visits that find nothing new, from 16 goroutines.
func BenchmarkRecordSame(b *testing.B) {
	s := MustOpen(b)
	const stories = 1000
	var all [stories]Result
	for i := range all {
		all[i] = firstVersion("a", fmt.Sprint(i), "x")
		mustRecord(b, s, all[i])
	}
	var n atomic.Int64
	b.ResetTimer()
	b.SetParallelism(8)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			i := n.Add(1)
			if _, err := s.Record(context.Background(), sameAs(all[i%stories], 1, t0.Add(time.Duration(i)*time.Second))); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
}
