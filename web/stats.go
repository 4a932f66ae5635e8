package web

import (
	"context"
	"fmt"
	"sync"
	"time"

	"stakeout/filter"
	"stakeout/history"
	"stakeout/story"
)

// How far back the statistics of a source go, and how many of its changes they are
// made from at most.
const (
	statDays    = 30
	statChanges = 3000
)

// stats are what a source's edits are like.
type stats struct {
	Edits   int
	Stories int // that were edited
	Silent  int
	Share   int // of the edits that were silent, per cent
	Days    plot
	Ages    plot
	Since   string // where not all of the days are counted
}

// ages are the steps by which edits are counted by the age of their story.
var ages = []struct {
	name string
	upto time.Duration
}{{"<1 h", time.Hour}, {"1–6 h", 6 * time.Hour}, {"6–24 h", 24 * time.Hour}, {"1–7 days", 7 * 24 * time.Hour}, {"later", 1 << 62}}

// kept are statistics that were just made, by source.
type kept struct {
	mu sync.Mutex // protects following fields
	at map[string]time.Time
	of map[string]stats
}

// statsFor is how long statistics are kept.
const statsFor = 20 * time.Second

// statsOf counts a source's edits.
func (s *server) statsOf(ctx context.Context, source string) (stats, error) {
	s.kept.mu.Lock()
	defer s.kept.mu.Unlock()
	if at, ok := s.kept.at[source]; ok && s.Now().Sub(at) < statsFor {
		return s.kept.of[source], nil
	}
	out, err := s.count(ctx, source)
	if err == nil {
		if len(s.kept.at) > 1000 || s.kept.at == nil {
			s.kept.at, s.kept.of = map[string]time.Time{}, map[string]stats{}
		}
		s.kept.at[source], s.kept.of[source] = s.Now(), out
	}
	return out, err
}

func (s *server) count(ctx context.Context, source string) (out stats, err error) {
	now := s.Now().UTC()
	today := now.Truncate(24 * time.Hour)
	since := today.AddDate(0, 0, 1-statDays)
	f, err := filter.Of("source", source, now)
	if err != nil {
		return out, err
	}
	days, silent := make([]int, statDays), make([]int, statDays)
	byAge := make([]int, len(ages))
	born := map[story.Key]time.Time{}
	n := 0
	for c, err := range history.Changes(ctx, s.Store, history.Query{Filter: f, Newest: true}) {
		if err != nil {
			return out, err
		}
		if c.At.Before(since) {
			break
		}
		if n++; n > statChanges {
			out.Since = clock(c.At)
			break
		}
		key := story.Key{Source: c.Source, ID: c.ID}
		if c.Event == story.EventNew || c.Event == story.EventMoved {
			continue
		}
		day := int(c.At.UTC().Sub(since) / (24 * time.Hour))
		days[day]++
		out.Edits++
		if !c.Disclosed {
			silent[day]++
			out.Silent++
		}
		first, ok := born[key]
		if !ok {
			st, err := s.Store.Story(ctx, key)
			if err == nil && st.FirstSeen != nil {
				first = *st.FirstSeen
			}
			born[key] = first
		}
		for i, a := range ages {
			if c.At.Sub(first) < a.upto {
				byAge[i]++
				break
			}
		}
	}
	out.Stories = len(born)
	if out.Edits > 0 {
		out.Share = (100*out.Silent + out.Edits/2) / out.Edits
	}
	for i := range days {
		day := since.AddDate(0, 0, i)
		label := ""
		if i%7 == (statDays-1)%7 {
			label = day.Format("2 Jan")
		}
		out.Days.add(label, fmt.Sprintf("%s: %s, %d silent", day.Format("2 Jan"), plural(days[i], "edit", "edits"), silent[i]), days[i], silent[i])
	}
	for i, a := range ages {
		out.Ages.add(a.name, fmt.Sprintf("%s after the story was first seen: %s", a.name, plural(byAge[i], "edit", "edits")), byAge[i], 0)
	}
	return out, nil
}
