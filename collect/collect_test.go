package collect

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"stakeout/configs"
	"stakeout/crawler"
	"stakeout/extract"
	"stakeout/store"
	"stakeout/story"
)

// site is a small site whose pages a test sets.
type site struct {
	*httptest.Server
	mu    sync.Mutex // protects following fields
	pages map[string]answer
	asked map[string]int
}

type answer struct {
	status int
	body   string
	header map[string]string
}

func newSite(t *testing.T) *site {
	s := &site{pages: map[string]answer{}, asked: map[string]int{}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		a, ok := s.pages[r.URL.RequestURI()]
		s.asked[r.URL.RequestURI()]++
		s.mu.Unlock()
		if !ok {
			http.NotFound(w, r)
			return
		}
		for k, v := range a.header {
			w.Header().Set(k, v)
		}
		if tag := a.header["ETag"]; tag != "" && r.Header.Get("If-None-Match") == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if a.status != 0 {
			w.WriteHeader(a.status)
		}
		fmt.Fprint(w, a.body)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *site) set(path string, a answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pages[path] = a
}

func (s *site) drop(path string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.pages, path)
}

// list sets the front page to a list of stories.
func (s *site) list(paths ...string) {
	var b strings.Builder
	b.WriteString("<html><body><h1>News</h1><ul>")
	for _, p := range paths {
		fmt.Fprintf(&b, `<li><h2><a href="%s">The story that stands at %s today</a></h2></li>`, p, p)
	}
	s.set("/", answer{body: b.String() + "</ul></body></html>"})
}

// page is a story's page.
func page(headline, more string, paragraphs ...string) answer {
	return answer{body: "<html lang=en><head><title>" + headline + "</title>" + more + "</head><body><nav><a href=/>Home</a></nav><article><h1>" + headline +
		"</h1><p>" + strings.Join(paragraphs, "</p><p>") + "</p></article><footer>About us</footer></body></html>"}
}

var text = []string{
	"The harbour of the small town reopened on Monday after a storm that had closed it for nine days, its master said.",
	"Forty-one boats left before noon, and the market had fish again for the first time since the end of the month.",
	"The council will vote next week on money for a higher wall, which engineers have asked for since the flood of 1998.",
}

// watch is a collector on a site, with the source's further keys as YAML.
func watch(t *testing.T, s *site, keys string) (*Collector, *configs.Source) {
	t.Helper()
	cfg := filepath.Join(t.TempDir(), "c.yaml")
	writeFile(t, cfg, "sources:\n  s:\n    start: "+s.URL+"/\n    private: true\n    delay: 0s\n    parallel: 4\n"+keys)
	loaded, err := configs.Load(cfg, configs.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(context.Background(), filepath.Join(t.TempDir(), "s.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	fetch := crawler.New(crawler.Options{})
	t.Cleanup(func() {
		fetch.Close()
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return &Collector{Fetch: fetch, Store: db}, loaded.Sources[0]
}

func crawl(t *testing.T, c *Collector, src *configs.Source) Summary {
	t.Helper()
	sum, err := c.Collect(context.Background(), src, Plan{Listed: true, Due: true}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

func events(t *testing.T, c *Collector, id string) []story.Event {
	t.Helper()
	var out []story.Event
	for ch, err := range c.Store.Changes(context.Background(), store.ChangeFilter{Key: story.Key{Source: "s", ID: id}, Reread: true}) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, ch.Event)
	}
	return out
}

func wantEvents(t *testing.T, c *Collector, id string, want ...story.Event) {
	t.Helper()
	if got := events(t, c, id); !slices.Equal(got, want) {
		t.Errorf("log of %s: found %v, expected %v", id, got, want)
	}
}

const byNumber = "    stories: '/story/(?P<id>\\d+)'\n"

func TestCollectRemovalIsConfirmedByThreeVisits(t *testing.T) {
	s := newSite(t)
	s.list("/story/1", "/story/2")
	s.set("/story/1", page("Harbour reopens after nine days of storm", "", text...))
	s.set("/story/2", page("Council to vote on a higher wall", "", text[2], text[1]))
	c, src := watch(t, s, byNumber)
	crawl(t, c, src)
	s.drop("/story/1")
	for range 2 {
		if sum := crawl(t, c, src); sum.Removed != 1 || sum.Same != 1 {
			t.Fatalf("found %+v", sum)
		}
	}
	wantEvents(t, c, "1", story.EventNew)
	// A wall in between counts neither way.
	s.set("/story/1", answer{status: 403, body: "no"})
	crawl(t, c, src)
	s.drop("/story/1")
	crawl(t, c, src)
	wantEvents(t, c, "1", story.EventNew, story.EventRemoved)
	if st, err := c.Store.Story(context.Background(), story.Key{Source: "s", ID: "1"}); err != nil || st.Status != story.Removed || st.Version != 1 {
		t.Errorf("found %+v, %v", st, err)
	}
	s.set("/story/1", page("Harbour reopens after nine days of storm", "", text...))
	crawl(t, c, src)
	wantEvents(t, c, "1", story.EventNew, story.EventRemoved, story.EventRestored)
}

func TestCollectAStoryReadInBetweenStartsTheCountAnew(t *testing.T) {
	s := newSite(t)
	s.list("/story/1")
	story1 := page("Harbour reopens after nine days of storm", "", text...)
	s.set("/story/1", story1)
	c, src := watch(t, s, byNumber)
	crawl(t, c, src)
	for range 3 {
		s.drop("/story/1")
		crawl(t, c, src)
		crawl(t, c, src)
		s.set("/story/1", story1)
		crawl(t, c, src)
	}
	wantEvents(t, c, "1", story.EventNew)
}

func TestCollectRevert(t *testing.T) {
	s := newSite(t)
	s.list("/story/1")
	a := page("Harbour reopens after nine days of storm", "", text...)
	b := page("Harbour reopens after nine days of storm", "", strings.Replace(text[0], "nine", "eleven", 1), text[1], text[2])
	c, src := watch(t, s, byNumber)
	for _, p := range []answer{a, b, a, b} {
		s.set("/story/1", p)
		crawl(t, c, src)
	}
	var back []int
	for ch, err := range c.Store.Changes(context.Background(), store.ChangeFilter{Key: story.Key{Source: "s", ID: "1"}}) {
		if err != nil {
			t.Fatal(err)
		}
		back = append(back, ch.RevertedTo)
	}
	if !slices.Equal(back, []int{0, 0, 1, 2}) {
		t.Errorf("reverted to %v", back)
	}
}

func TestCollectSameIDAtTwoAddressesIsOneStory(t *testing.T) {
	s := newSite(t)
	p := page("Harbour reopens after nine days of storm", "", text...)
	s.set("/story/1", p)
	s.set("/story/1-harbour-reopens", p)
	c, src := watch(t, s, byNumber)
	for _, listed := range []string{"/story/1", "/story/1-harbour-reopens", "/story/1-harbour-reopens"} {
		s.list(listed)
		crawl(t, c, src)
	}
	n := 0
	for st, err := range c.Store.Stories(context.Background(), store.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		n++
		if st.ID != "1" {
			t.Errorf("found story %s", st.ID)
		}
	}
	if n != 1 {
		t.Errorf("found %d stories", n)
	}
}

func TestCollectASharedCanonicalLinkMergesNoStories(t *testing.T) {
	s := newSite(t)
	shared := `<link rel=canonical href="/story/all">`
	s.list("/story/a-one-two", "/story/b-three-four")
	s.set("/story/a-one-two", page("Harbour reopens after nine days of storm", shared, text[0], text[1]))
	s.set("/story/b-three-four", page("Museum shows forged maps of the interior", shared,
		"Twelve maps that nobody doubted for a century were drawn by one clerk in a rented room, the curators found.",
		"Visitors may compare the inks themselves until the autumn, under lamps that the police have lent to the house."))
	c, src := watch(t, s, "    stories: '/story/.'\n")
	if sum := crawl(t, c, src); sum.New != 2 {
		t.Errorf("found %+v", sum)
	}
	if sum := crawl(t, c, src); sum.Same != 2 {
		t.Errorf("on the second pass found %+v", sum)
	}
}

func TestCollectConditionalRequest(t *testing.T) {
	s := newSite(t)
	s.list("/story/1")
	p := page("Harbour reopens after nine days of storm", "", text...)
	p.header = map[string]string{"ETag": `"v1"`}
	s.set("/story/1", p)
	c, src := watch(t, s, byNumber)
	crawl(t, c, src)
	if sum := crawl(t, c, src); sum.Same != 1 {
		t.Errorf("found %+v", sum)
	}
	visits, err := c.Store.Visits(context.Background(), story.Key{Source: "s", ID: "1"}, 10)
	if err != nil || len(visits) != 2 || visits[0].Status != http.StatusNotModified {
		t.Errorf("found %+v, %v", visits, err)
	}
}

func TestCollectOtherRulesAreNoEdit(t *testing.T) {
	s := newSite(t)
	s.list("/story/1")
	s.set("/story/1", answer{body: "<html><body><article><h1>Harbour reopens after nine days of storm</h1><p class=lead>" + text[0] + "</p><p>" + text[1] + "</p><p>" + text[2] + "</p></article></body></html>"})
	c, src := watch(t, s, byNumber)
	crawl(t, c, src)
	rules, err := extract.Compile(map[string][]extract.Rule{"body": {{CSS: "p.lead"}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	src.Rules = rules
	// The bytes differ, so that the page is read; its story doesn't.
	s.set("/story/1", answer{body: "<html><body class=x><article><h1>Harbour reopens after nine days of storm</h1><p class=lead>" + text[0] + "</p><p>" + text[1] + "</p><p>" + text[2] + "</p></article></body></html>"})
	if sum := crawl(t, c, src); sum.Same != 1 {
		t.Errorf("found %+v", sum)
	}
	wantEvents(t, c, "1", story.EventNew, story.EventReread)
	st, err := c.Store.Story(context.Background(), story.Key{Source: "s", ID: "1"})
	if err != nil || len(st.Body) != 1 || st.Version != 1 {
		t.Errorf("found %d paragraphs in version %d, %v", len(st.Body), st.Version, err)
	}
}

func TestCollectStoryOverSeveralPages(t *testing.T) {
	s := newSite(t)
	s.list("/story/1")
	next := `<link rel=next href="/story/1?page=2">`
	s.set("/story/1", page("Harbour reopens after nine days of storm", next, text[0], text[1]))
	s.set("/story/1?page=2", page("Harbour reopens after nine days of storm", "", text[2], "Two ferries stay in the yard until the spring, for their hulls were pressed against the quay by the swell."))
	c, src := watch(t, s, "    stories: '/story/(?P<id>\\d+)$'\n")
	crawl(t, c, src)
	st, err := c.Store.Story(context.Background(), story.Key{Source: "s", ID: "1"})
	if err != nil || len(st.Body) != 4 {
		t.Fatalf("found %q, %v", st.Body, err)
	}
	if sum := crawl(t, c, src); sum.Same != 1 {
		t.Errorf("on the second pass found %+v", sum)
	}
	s.set("/story/1?page=2", answer{status: 500})
	if sum := crawl(t, c, src); sum.Failed != 1 {
		t.Errorf("with its second page out of order found %+v", sum)
	}
	wantEvents(t, c, "1", story.EventNew)
}

func TestCollectAStoryThatLeavesTheListingIsLookedAtOnce(t *testing.T) {
	s := newSite(t)
	s.list("/story/1", "/story/2")
	for _, p := range []string{"/story/1", "/story/2"} {
		s.set(p, page("Harbour reopens after nine days of storm "+p[len(p)-1:], "", text...))
	}
	c, src := watch(t, s, byNumber)
	crawl(t, c, src)
	s.list("/story/2")
	s.drop("/story/1")
	for range 3 {
		crawl(t, c, src)
	}
	wantEvents(t, c, "1", story.EventNew, story.EventRemoved)
}

func TestCollectUnreadableSourceIsAnError(t *testing.T) {
	s := newSite(t)
	s.set("/", answer{body: "<html><body><p>Nothing here but a little text.</p></body></html>"})
	c, src := watch(t, s, byNumber)
	sum, err := c.Collect(context.Background(), src, Plan{Listed: true}, nil)
	if err == nil || sum.Error == "" || !strings.Contains(err.Error(), s.URL) {
		t.Errorf("found %+v, %v", sum, err)
	}
	health, err := c.Store.Health(context.Background(), c.now())
	if err != nil || len(health) != 1 || health[0].Trouble == "" {
		t.Errorf("health: %+v, %v", health, err)
	}
}
