package web

import (
	"context"
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"

	"stakeout/change"
	"stakeout/store"
)

// life is when a phrase was said: in how many stories at a time.
type life struct {
	Phrase string
	Turns  []turnLine // the latest
	Now    int        // stories that say it
	Most   int        // at any time
	Plot   template.HTML
}

type turnLine struct {
	change.Turn
	Ago string
}

// shownTurns is how many of a phrase's turns are listed.
const shownTurns = 8

// lifeOf follows a phrase through all versions; nil where the query is no phrase.
func (s *server) lifeOf(ctx context.Context, query string) (*life, error) {
	words := strings.Join(strings.Fields(strings.ReplaceAll(query, `"`, " ")), " ")
	if strings.ContainsAny(query, "*:") || strings.HasPrefix(query, "-") || strings.Contains(query, " -") {
		return nil, nil
	}
	phrase, err := change.NewPhrase(words)
	if err != nil {
		return nil, nil
	}
	var turns []change.Turn
	for c, err := range s.Store.Courses(ctx, words, store.Filter{}) {
		if err != nil {
			return nil, err
		}
		turns = append(turns, phrase.Turns(c.Events, c.Texts)...)
	}
	if len(turns) == 0 {
		return nil, nil
	}
	slices.SortStableFunc(turns, func(a, b change.Turn) int { return a.At.Compare(b.At) })
	l := &life{Phrase: words}
	now := s.Now()
	counts := make([]int, len(turns))
	for i, t := range turns {
		if t.Turn == change.Left {
			l.Now--
		} else {
			l.Now++
		}
		counts[i], l.Most = l.Now, max(l.Most, l.Now)
	}
	l.Plot = steps(turns, counts, now)
	for i := len(turns) - 1; i >= max(0, len(turns)-shownTurns); i-- {
		l.Turns = append(l.Turns, turnLine{turns[i], ago(turns[i].At, now)})
	}
	return l, nil
}

// steps draws how many stories said something, from the first to now.
func steps(turns []change.Turn, counts []int, now time.Time) template.HTML {
	first := turns[0].At
	total := max(now.Sub(first), time.Second)
	top := max(1, slices.Max(counts))
	x := func(t time.Time) float64 { return plotWidth * float64(t.Sub(first)) / float64(total) }
	y := func(n int) float64 { return 16 + plotHeight*(1-float64(n)/float64(top)) }
	var path strings.Builder
	fmt.Fprintf(&path, "M0 %.1f", y(0))
	for i, t := range turns {
		fmt.Fprintf(&path, "H%.1fV%.1f", x(t.At), y(counts[i]))
	}
	fmt.Fprintf(&path, "H%d", plotWidth)
	layout := "2 Jan 15:04"
	if total > 60*24*time.Hour {
		layout = "2 Jan 2006"
	}
	return template.HTML(fmt.Sprintf(`<svg class="plot" viewBox="0 0 %d %d" role="img" aria-label="How many stories said it, from %s to now: %d at most, %d now"><line class="axis" x1="0" x2="%d" y1="%d" y2="%d"/><path class="fill" d="%sV%d H0Z"/><path class="line" d="%s"/><text x="0" y="%d">%s</text><text x="%d" y="%d" text-anchor="end">now: %d</text><text x="0" y="12">%d</text></svg>`,
		plotWidth, plotHeight+36, first.UTC().Format(layout), top, counts[len(counts)-1], plotWidth, plotHeight+16, plotHeight+16, path.String(), plotHeight+16, path.String(), plotHeight+32, first.UTC().Format(layout), plotWidth, plotHeight+32, counts[len(counts)-1], top))
}
