package newsroom

import (
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// noon is the clock of tests.
func noon() time.Time { return time.Date(2026, 5, 12, 12, 0, 0, 0, time.UTC) }

func open(seed uint64) *Newsroom { return New(Options{Seed: seed, Now: noon}) }

// get is one response of the newsroom.
func get(t *testing.T, n http.Handler, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, "http://news.test"+path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	n.ServeHTTP(w, r)
	return w
}

var (
	scripts = regexp.MustCompile(`(?s)<(script|style|ins)\b.*?</(script|style|ins)>`)
	tags    = regexp.MustCompile(`<[^>]*>`)
)

// words is what a page says, adverts and all, quotes straight.
func words(page string) string {
	s := tags.ReplaceAllString(scripts.ReplaceAllString(page, ""), "")
	s = strings.NewReplacer("“", `"`, "”", `"`, "‘", "'", "’", "'").Replace(html.UnescapeString(s))
	return strings.Join(strings.Fields(s), " ")
}

// round plays the first round and calls after with each act.
func round(t *testing.T, n *Newsroom, after func(Act)) {
	t.Helper()
	acts := 0
	for {
		act, ok := n.Play()
		if !ok {
			break
		}
		acts++
		after(act)
	}
	if acts != n.Acts() {
		t.Fatalf("a round had %d acts, Acts says %d", acts, n.Acts())
	}
}

func TestEqualSeedsGiveEqualRounds(t *testing.T) {
	a, b, c := open(7), open(7), open(8)
	for _, n := range []*Newsroom{a, b, c} {
		for range 40 {
			n.Play()
		}
	}
	if got, want := fmt.Sprintf("%+v", a.Truth()), fmt.Sprintf("%+v", b.Truth()); got != want {
		t.Error("two newsrooms of one seed did different things")
	}
	if fmt.Sprintf("%+v", a.Truth()) == fmt.Sprintf("%+v", c.Truth()) {
		t.Error("newsrooms of two seeds did the same")
	}
	for _, p := range []string{a.Truth()[4].Path, "/courier/", "/wire/"} {
		if get(t, a, p).Body.String() != get(t, b, p).Body.String() {
			t.Errorf("%s differs between two newsrooms of one seed", p)
		}
	}
}

// TestListingsLeadToEveryStory goes from page to page as a reader would.
func TestListingsLeadToEveryStory(t *testing.T) {
	n := open(1)
	n.Play()
	older := regexp.MustCompile(`<a rel="next" href="([^"]*)"|class="current">\d+</span> <a href="([^"]*)"`)
	for i, d := range n.Desks() {
		found := map[string]bool{}
		pattern := regexp.MustCompile(`href="([^"?]*` + strings.TrimSuffix(d.Stories, "$") + `)["?]`)
		for path, pages := d.ListingPath, 0; path != "" && pages < 10; pages++ {
			body := get(t, n, path).Body.String()
			for _, m := range pattern.FindAllStringSubmatch(body, -1) {
				found[m[1]] = true
			}
			path = ""
			if m := older.FindStringSubmatch(body); m != nil {
				path = m[1] + m[2]
			}
		}
		if want := len(n.desks[i].pieces); len(found) != want {
			t.Errorf("%s: its listing leads to %d stories, it has %d", d.Name, len(found), want)
		}
	}
}

func TestEveryPageCanBePrinted(t *testing.T) {
	n := open(1)
	round(t, n, func(Act) {
		for _, d := range n.Desks() {
			for _, path := range []string{"/", "/robots.txt", d.ListingPath, d.FeedPath, d.SitemapPath} {
				if w := get(t, n, path); w.Code != http.StatusOK || w.Body.Len() == 0 {
					t.Errorf("%s: status %d, %d bytes", path, w.Code, w.Body.Len())
				}
			}
		}
	})
	for _, d := range n.Truth() {
		get(t, n, d.Path)
	}
}

func TestChurnLeavesStoriesAlone(t *testing.T) {
	n := open(3)
	n.Play()
	for _, d := range n.desks {
		for _, p := range d.pieces {
			a, b := get(t, n, p.path).Body.String(), get(t, n, p.path).Body.String()
			if a == b {
				t.Errorf("%s: two responses are equal", p.path)
			}
			for _, page := range []string{a, b} {
				says := words(page)
				for _, s := range append(p.body(), p.headline.String()) {
					if !strings.Contains(says, s) {
						t.Errorf("%s doesn't say %q", p.path, s)
					}
				}
			}
		}
	}
}

func TestStillNewsroomRepeatsItself(t *testing.T) {
	n := New(Options{Seed: 3, Now: noon, Still: true})
	for _, d := range n.Truth() {
		if a, b := get(t, n, d.Path).Body.String(), get(t, n, d.Path).Body.String(); a != b {
			t.Errorf("%s: two responses differ", d.Path)
		}
	}
}

// became finds what was replaced, in a Deed's What.
var became = regexp.MustCompile(`"([^"]*)" became "([^"]*)"`)

func TestDeedsShowOnPages(t *testing.T) {
	for seed := range uint64(2) {
		n := open(seed)
		before := map[string]string{}
		look := func() {
			for _, d := range n.Truth() {
				before[d.Path] = words(get(t, n, d.Path).Body.String())
			}
		}
		look()
		round(t, n, func(a Act) {
			seen := map[string]bool{}
			for _, d := range a.Deeds {
				if seen[d.Path] {
					t.Errorf("seed %d act %d: two deeds on %s", seed, a.N, d.Path)
				}
				seen[d.Path] = true
				w := get(t, n, d.Path)
				now := words(w.Body.String())
				if d.Event == eventChanged {
					if len(d.Fields) == 0 || len(d.Classes) == 0 || d.Classes[0] == reverted {
						t.Errorf("seed %d: empty deed %+v", seed, d)
					}
					for _, m := range became.FindAllStringSubmatch(d.What, -1) {
						if !strings.Contains(before[d.Path], m[1]) || !strings.Contains(now, m[2]) {
							t.Errorf("seed %d act %d %s: %s: not so on the page", seed, a.N, d.Path, d.What)
						}
					}
				}
				if want := statusOf(d); w.Code != want {
					t.Errorf("seed %d act %d %s: status %d after %s, want %d", seed, a.N, d.Path, w.Code, d.What, want)
				}
			}
			look()
		})
	}
}

// statusOf is the status of a story's page after a deed.
func statusOf(d Deed) int {
	for part, status := range map[string]int{captcha: 403, unavailable: 503, goneForGood: 410, toFront: 302} {
		if strings.Contains(d.What, part) && (d.Event != eventRestored && d.Event != eventChanged) {
			return status
		}
	}
	if strings.Contains(d.What, "404") && d.Event != eventRestored {
		return 404
	}
	return 200
}

func TestARoundHasEveryKindOfDeed(t *testing.T) {
	for seed := range uint64(10) {
		n := open(seed)
		round(t, n, func(Act) {})
		events, classes, fields := map[string]int{}, map[string]int{}, map[string]int{}
		stories := map[string]bool{}
		for _, d := range n.Truth() {
			events[d.Event]++
			stories[d.Path] = true
			for _, c := range d.Classes {
				classes[c]++
			}
			for _, f := range d.Fields {
				fields[f]++
			}
		}
		for _, e := range []string{eventNew, eventChanged, eventRemoved, eventRestored, eventMoved, eventNoise, eventBlocked, eventUnreadable, eventFailed} {
			if events[e] == 0 {
				t.Errorf("seed %d: no deed of %q", seed, e)
			}
		}
		for _, c := range classOrder {
			if classes[c] == 0 {
				t.Errorf("seed %d: no change of class %q", seed, c)
			}
		}
		for _, f := range []string{"headline", "body", "authors", "publisher", "tags", "credibility", "published"} {
			if fields[f] == 0 {
				t.Errorf("seed %d: no change of %s", seed, f)
			}
		}
		if len(stories) < 30 {
			t.Errorf("seed %d: %d stories, want at least 30", seed, len(stories))
		}
	}
}

func TestRemovalsCanBeConfirmed(t *testing.T) {
	n := open(5)
	round(t, n, func(Act) {})
	confirmed, blips := 0, 0
	for _, d := range n.Truth() {
		switch {
		case d.Event != eventRemoved:
		case d.Until > 0 && d.Until-d.Act+1 < confirmations:
			blips++
		case n.Acts()-d.Act+1 >= confirmations:
			confirmed++
		}
	}
	// 404, 410, a page that says so, and a redirect; and one that is back at once.
	if confirmed != 4 || blips != 1 {
		t.Errorf("%d removals that can be confirmed and %d that can't, want 4 and 1", confirmed, blips)
	}
}

func TestStoriesAreVariedProse(t *testing.T) {
	n := open(2)
	for _, d := range n.desks {
		seen := map[string]string{}
		for _, p := range d.pieces {
			body := p.body()
			if !p.exact && (len(body) < 4 || len(body) > 9) {
				t.Errorf("%s has %d paragraphs", p.path, len(body))
			}
			for _, s := range append(body, p.headline.String()) {
				if strings.ContainsAny(s, "{}|") {
					t.Errorf("%s: unfilled %q", p.path, s)
				}
				if where, ok := seen[s]; ok && where != p.path {
					t.Errorf("%s and %s both say %q", p.path, where, s)
				}
				seen[s] = p.path
			}
		}
	}
}

func TestWireAnswersConditionalRequestsHonestly(t *testing.T) {
	n := open(4)
	i := slices.IndexFunc(n.Truth(), func(d Deed) bool { return d.Source == "wire" })
	path := n.Truth()[i].Path
	tag := get(t, n, path).Header().Get("ETag")
	if tag == "" {
		t.Fatal("no ETag")
	}
	if w := get(t, n, path, "If-None-Match", tag); w.Code != http.StatusNotModified || w.Body.Len() > 0 {
		t.Errorf("status %d with %d bytes, want an empty 304", w.Code, w.Body.Len())
	}
	p := n.desk("wire").pieces[0]
	if _, ok := revise(reword(fact, number))(n, p); !ok {
		t.Fatal("no number to edit")
	}
	if w := get(t, n, path, "If-None-Match", tag); w.Code != http.StatusOK {
		t.Errorf("status %d after an edit, want 200", w.Code)
	}
}

func TestLaterRoundsGoOnAndStayBounded(t *testing.T) {
	n := open(6)
	ends := 0
	for range 300 {
		if _, ok := n.Play(); !ok {
			ends++
		}
	}
	if want := 300 / (n.Acts() + 1); ends != want {
		t.Errorf("%d rounds ended in 300 calls, want %d", ends, want)
	}
	for _, d := range n.desks {
		if len(d.pieces) > mostLive+remembered {
			t.Errorf("%s keeps %d stories", d.Name, len(d.pieces))
		}
	}
}

func TestNewsroomServesWhileItPlays(t *testing.T) {
	n := open(9)
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			for _, d := range n.Truth() {
				get(t, n, d.Path)
				get(t, n, n.Desks()[i%3].ListingPath)
			}
		})
	}
	for range 30 {
		n.Play()
	}
	wg.Wait()
}
