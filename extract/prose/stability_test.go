package prose

import (
	"flag"
	"slices"
	"sort"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"stakeout/story"
)

var showPair = flag.String("pair", "", "print what differs in the pairs whose id or kind contains this")

// pair is two copies of a page, as in ../shared/data/pairs.
type pair struct {
	ID, Group, Kind, Old, New string
	Policy                    bool
	Expect                    struct{ Outcome, Fields []string }
}

// TestStability holds that churn around a story never changes its text, and
// that an edit of its text does.
func TestStability(t *testing.T) {
	type tally struct{ n, right int }
	groups, missed := map[string]*tally{}, map[string]int{}
	cache := map[string][]string{}
	read := func(file string) []string {
		if _, ok := cache[file]; !ok {
			cache[file] = normal(readPage(parsePage(t, "pairs/"+file)))
		}
		return cache[file]
	}
	for _, p := range corpus[pair](t, "pairs/pairs.jsonl") {
		same := slices.Equal(p.Expect.Outcome, []string{"same"})
		edit := slices.Equal(p.Expect.Fields, []string{"body"}) ||
			p.Group == "real-edit" && slices.Equal(p.Expect.Outcome, []string{"changed"})
		if p.Policy || !same && !edit {
			continue
		}
		g := groups[p.Group]
		if g == nil {
			g = &tally{}
			groups[p.Group] = g
		}
		old, new := read(p.Old), read(p.New)
		g.n++
		if slices.Equal(old, new) == same && len(old) > 0 {
			g.right++
		} else {
			missed[p.Group+" "+p.Kind]++
			if *showWorst > 0 {
				t.Logf("  %s %s %s %s: %d, %d paragraphs", p.Group, p.Kind, p.ID, p.Old, len(old), len(new))
			}
		}
		if *showPair != "" && strings.Contains(p.ID+" "+p.Group+" "+p.Kind, *showPair) {
			showDiff(t, p, old, new)
		}
	}
	for _, name := range []string{"noise", "edit", "mixed", "real-noise", "real-link", "real-edit"} {
		g := groups[name]
		if g == nil {
			continue
		}
		share := float64(g.right) / float64(g.n)
		t.Logf("%-10s %4d pairs, %5.1f %% right", name, g.n, 100*share)
		if share < stabilityFloors[name] {
			t.Errorf("%s: %.4f right, under %.4f", name, share, stabilityFloors[name])
		}
	}
	var kinds []string
	for k := range missed {
		kinds = append(kinds, k)
	}
	sort.Slice(kinds, func(i, j int) bool {
		return missed[kinds[i]] > missed[kinds[j]] || missed[kinds[i]] == missed[kinds[j]] && kinds[i] < kinds[j]
	})
	for _, k := range kinds {
		t.Logf("  %d × %s", missed[k], k)
	}
}

// The pairs of the real groups that differ are other pages at the same address,
// or true edits outside what their truth looks at.
var stabilityFloors = map[string]float64{
	"noise": 1, "edit": 1, "mixed": 1, "real-noise": 0.95, "real-link": 0.97,
}

func normal(t Text) []string {
	out := make([]string, len(t.Paragraphs))
	for i, s := range t.Paragraphs {
		out[i] = story.Normal(s)
	}
	return out
}

func showDiff(t *testing.T, p pair, old, new []string) {
	var b strings.Builder
	for _, s := range old {
		if !slices.Contains(new, s) {
			b.WriteString("\n  - " + s)
		}
	}
	for _, s := range new {
		if !slices.Contains(old, s) {
			b.WriteString("\n  + " + s)
		}
	}
	if b.Len() == 0 {
		b.WriteString("\n  the same paragraphs")
		for _, s := range old {
			b.WriteString("\n    " + s)
		}
	}
	t.Logf("%s %s %s%s", p.ID, p.Group, p.Kind, b.String())
}

// parse reads HTML of a test.
func parse(t testing.TB, s string) *html.Node {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(s))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}
