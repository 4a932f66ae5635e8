package collect

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"stakeout/story"
)

const newsByNumber = "    stories: '/news/(?P<id>\\d+)$'\n"

// sourceLine is a line that this site has inside each of its stories.
const sourceLine = "The Daily Ledger has reported from the coast since 1911, and it is owned by those who read it."

// ledgerPage is a story of some length with the site's own line amid it.
func ledgerPage(n int, line string, edits ...string) answer {
	var paragraphs []string
	for i := range 6 {
		paragraphs = append(paragraphs, fmt.Sprintf("Paragraph %d of story %d tells what happened on the coast that day, and who said so, in some more words than one line has.", i, n))
		if i == 3 {
			paragraphs = append(paragraphs, line)
		}
	}
	return page(fmt.Sprintf("The story of the day, number %d", n), "", append(paragraphs, edits...)...)
}

func (s *site) ledger(stories int, line string) {
	var paths []string
	for n := range stories {
		path := fmt.Sprintf("/news/%d", n)
		s.set(path, ledgerPage(n, line))
		paths = append(paths, path)
	}
	s.list(paths...)
}

func bodies(t *testing.T, c *Collector, stories int) [][]string {
	t.Helper()
	var out [][]string
	for n := range stories {
		v, err := c.Store.Latest(t.Context(), story.Key{Source: "s", ID: fmt.Sprint(n)})
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, v.Reading.Body)
	}
	return out
}

// What stands on every page of a source is template: it is known after the first
// collection, for all of its stories and for programs that start later, and
// neither its going nor its staying is an edit.
func TestCollectLearnsTheTemplate(t *testing.T) {
	s := newSite(t)
	s.ledger(7, sourceLine)
	c, src := watch(t, s, newsByNumber)
	if sum := crawl(t, c, src); sum.New != 7 {
		t.Fatalf("%+v", sum)
	}
	for n, body := range bodies(t, c, 7) {
		if slices.Contains(body, sourceLine) || len(body) != 6 {
			t.Errorf("story %d: the site's line is taken for text: %q", n, body)
		}
	}
	again := &Collector{Fetch: c.Fetch, Store: c.Store, Log: c.Log}
	s.set("/news/3", ledgerPage(3, sourceLine, "Three more people were found on Tuesday, the coast guard said late in the evening."))
	sum := crawl(t, again, src)
	if sum.Same != 6 || sum.Changed != 1 {
		t.Errorf("a collection by another program: %+v", sum)
	}
	s.ledger(7, "")
	s.set("/news/3", ledgerPage(3, "", "Three more people were found on Tuesday, the coast guard said late in the evening."))
	if sum := crawl(t, again, src); sum.Same != 7 {
		t.Errorf("after the line went from all pages: %+v", sum)
	}
}

// A headline that goes to and fro is on trial; what was learnt of it outlives the
// program.
func TestCollectRemembersATrial(t *testing.T) {
	s := newSite(t)
	s.list("/news/1")
	text := []string{
		"The river rose by three metres in the night and broke its banks above the town, the water board said.",
		"Twelve villages were cut off in the morning, and helicopters took people from the roofs of their houses.",
	}
	show := func(h1 string) {
		a := page("River breaks its banks above the town", "", text...)
		a.body = strings.Replace(a.body, "<h1>River breaks its banks above the town", "<h1>"+h1, 1)
		s.set("/news/1", a)
	}
	c, src := watch(t, s, newsByNumber)
	var outcomes []story.Outcome
	for n := range 10 {
		show([]string{"River breaks its banks above the town", "Twelve villages wait for help after the flood"}[n%2])
		c = &Collector{Fetch: c.Fetch, Store: c.Store, Log: c.Log, Tell: func(s Seen) { outcomes = append(outcomes, s.Outcome) }}
		crawl(t, c, src)
	}
	if n := len(outcomes); n != 10 || outcomes[1] != story.Changed || outcomes[n-1] != story.Same || outcomes[n-2] != story.Same {
		t.Errorf("want the first turns recorded and the last ones known for a trial, got %q", outcomes)
	}
}

func TestCollectHeedsTheOwner(t *testing.T) {
	s := newSite(t)
	s.list("/news/1")
	text := func(degrees int) []string {
		return []string{
			"The river rose by three metres in the night and broke its banks above the town, the water board said.",
			fmt.Sprintf("Outside it is %d degrees, and the board expects the water to fall over the next few days.", degrees),
		}
	}
	s.set("/news/1", page("River breaks its banks above the town", "", text(4)...))
	c, src := watch(t, s, newsByNumber+"    ignore: '/it is \\d+ degrees/'")
	crawl(t, c, src)
	s.set("/news/1", page("River breaks its banks above the town", "", text(9)...))
	if sum := crawl(t, c, src); sum.Same != 1 {
		t.Errorf("%+v", sum)
	}
}
