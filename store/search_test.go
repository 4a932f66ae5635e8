package store

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// ids searches, and gives the IDs found.
func ids(t *testing.T, s *Store, query string) []string {
	t.Helper()
	hits, err := s.Search(t.Context(), query, 10)
	if err != nil {
		t.Fatalf("%q: %v", query, err)
	}
	out := []string{}
	for _, h := range hits {
		out = append(out, h.Story.ID)
	}
	return out
}

func searchable(t *testing.T) *Store {
	s := MustOpen(t)
	ferry := firstVersion("a", "1", "Ferry sinks off Halifax", "Twelve people died when the ferry went down.", "“A tentative deal” was near.")
	mustRecord(t, s, ferry)
	mustRecord(t, s, nextVersion(ferry, 1, "Ferry sinks off Halifax", "Fourteen people died when the ferry went down."))
	mustRecord(t, s, firstVersion("a", "2", "Strike ends", "A tentative deal ended the strike. The ferry runs again in Zürich.", "Über alles: the deal stands."))
	mustRecord(t, s, firstVersion("a", "3", "北京 新闻 发布", "Новости из Москвы."))
	return s
}

func TestSearch(t *testing.T) {
	s := searchable(t)
	for query, want := range map[string][]string{
		"ferry":                          {"1", "2"}, // a headline weighs more
		"FERRY halifax":                  {"1"},
		"twelve":                         {"1"}, // every version, not only the latest
		"fourteen":                       {"1"},
		`"tentative deal"`:               {"2", "1"},
		`"deal tentative"`:               {},
		`"over the deal"`:                {},
		`"alles the deal"`:               {"2"}, // a colon between
		"st*":                            {},    // too short a beginning: the word itself
		"北*":                             {"3"},
		`"tentative deal" -strike`:       {"1"},
		`deal -"tentative deal"`:         {},
		"strik*":                         {"2"},
		"strik":                          {},
		"zurich":                         {"2"}, // accents don't matter
		"uber":                           {"2"},
		"москвы":                         {"3"},
		"北京":                             {"3"},
		"night":                          {"1", "2", "3"}, // metadata and tags too
		"-ferry":                         {},
		"":                               {},
		"   ":                            {},
		"*":                              {},
		`"`:                              {},
		`"ferry`:                         {"1", "2"},
		"ferry AND NOT":                  {},
		"headline:ferry":                 {},
		"NEAR(ferry halifax)":            {},
		"ferry OR":                       {},
		"col : x ^ferry {a b} + ( ) , ;": {},
	} {
		got := ids(t, s, query)
		if query == "night" {
			slices.Sort(got)
		}
		if query == `"tentative deal"` {
			slices.Sort(got)
			slices.Reverse(got)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: %s", query, diff)
		}
	}
	hits, err := s.Search(t.Context(), "twelve", 1)
	if err != nil || len(hits) != 1 || hits[0].Version != 1 || !strings.Contains(hits[0].Snippet, "Twelve people") {
		t.Fatalf("found %+v %v", hits, err)
	}
	if hits, err := s.Search(t.Context(), "ferry", 1); err != nil || len(hits) != 1 || hits[0].Version != 2 {
		t.Fatalf("found %+v %v", hits, err)
	}
}

func TestSearchShowsTheFirstMatch(t *testing.T) {
	s := MustOpen(t)
	filler := strings.Repeat("Lorem ipsum dolor sit amet. ", 40)
	mustRecord(t, s, firstVersion("a", "1", "x", filler, "Die Fähre nach Zürich, “Étoile”, sank.", filler))
	for query, want := range map[string]string{"zurich": "Zürich", "fahre": "Fähre", `"nach zurich étoile"`: "Zürich", "etoi*": "Étoile", "lorem": "Lorem"} {
		hits, err := s.Search(t.Context(), query, 5)
		if err != nil || len(hits) != 1 || !strings.Contains(hits[0].Snippet, want) {
			t.Errorf("%s: found %+v %v, expected %s in the snippet", query, hits, err, want)
		}
		if len(hits) == 1 && len([]rune(hits[0].Snippet)) > snippetRunes+4 {
			t.Errorf("%s: a snippet of %d characters", query, len([]rune(hits[0].Snippet)))
		}
	}
}

// TestSearchFindsTheBestOfMany has more matches than are ranked: one in a
// headline is found however old it is.
func TestSearchFindsTheBestOfMany(t *testing.T) {
	s := MustOpen(t)
	mustRecord(t, s, firstVersion("a", "old", "Ferry sinks", "text"))
	for i := range latestMatches + 50 {
		mustRecord(t, s, firstVersion("a", strconv.Itoa(i), "headline", "a ferry among other things"))
	}
	if got := ids(t, s, "ferry"); len(got) != 10 || got[0] != "old" || got[1] != strconv.Itoa(latestMatches+49) {
		t.Fatalf("found %v", got)
	}
}

// TestSearchOfManyBeginnings has more words of one beginning than are listed.
func TestSearchOfManyBeginnings(t *testing.T) {
	s := MustOpen(t)
	var body []string
	for i := range maxEndings + 50 {
		body = append(body, fmt.Sprintf("begin%04d", i))
	}
	mustRecord(t, s, firstVersion("a", "1", "x", body...))
	mustRecord(t, s, firstVersion("a", "2", "x", "beginning"))
	mustRecord(t, s, firstVersion("a", "3", "x", "a tentative deal"))
	for query, want := range map[string][]string{
		"begin*": {"1", "2"}, "begin000*": {"1"}, "beginn*": {"2"}, "begum*": {}, `"tentative dea*"`: {"3"}, `"tentative dea"*`: {"3"},
		`"a tent*" -begin*`: {"3"}, "tent* begin*": {},
	} {
		got := ids(t, s, query)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", query, diff)
		}
	}
}

// TestSearchAnswersHostileQueries asks for every string of a list of naughty
// ones, and for a few of SQLite's own words.
func TestSearchAnswersHostileQueries(t *testing.T) {
	const list = "../../shared/data/strings/blns.json"
	b, err := os.ReadFile(list)
	if err != nil {
		if os.Getenv("STAKEOUT_DATA_REQUIRED") == "1" {
			t.Fatal(err)
		}
		t.Skipf("no list of strings; put it at %s", list)
	}
	var queries []string
	if err := json.Unmarshal(b, &queries); err != nil {
		t.Fatal(err)
	}
	s := searchable(t)
	hostile := []string{"\x00", "a\x00b", "\xff\xfe", "\"\x00\"*", `"" ""`, `-"`, "--", "*-*", `a"b"c`, `a*"b`, strings.Repeat("a ", 5000),
		strings.Repeat(`"`, 999), strings.Repeat("(", 5000), strings.Repeat("-x ", 500), strings.Repeat("ж", 100000), "a" + strings.Repeat("*", 100)}
	for i, q := range slices.Concat(hostile, queries) {
		if testing.Short() && i > len(hostile) && i%10 != 0 {
			continue
		}
		for _, q := range []string{q, `"` + q, q + "*", "-" + q, "ferry -" + q} {
			if _, err := s.Search(t.Context(), q, 5); err != nil {
				t.Errorf("%.80q: %v", q, err)
			}
		}
	}
}

func FuzzParseQuery(f *testing.F) {
	for _, q := range []string{`"a b" c* -d`, `"`, "-", `a"b`, "ferry OR x"} {
		f.Add(q)
	}
	s := MustOpen(f)
	mustRecord(f, s, firstVersion("a", "1", "a b c"))
	f.Fuzz(func(t *testing.T, query string) {
		if _, err := s.Search(t.Context(), query, 3); err != nil {
			t.Fatalf("%q: %v", query, err)
		}
	})
}
