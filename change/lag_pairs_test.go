package change_test

import (
	"path/filepath"
	"slices"
	"testing"

	"stakeout/change"
	"stakeout/extract"
	"stakeout/story"
)

// lagFloor is the share of edits of a fact, per cent, that a copy which didn't
// follow is told of.
const lagFloor = 100

// Edits of facts on real pages, held against copies of the page as it was, as it
// is, and of another page: only the first lags behind.
func TestLagsOnRealPages(t *testing.T) {
	var pairs []copies
	for _, p := range readPairs(t) {
		if (p.Group == "edit" || p.Group == "mixed") && slices.Contains(p.Expect.Fields, "body") {
			pairs = append(pairs, p)
		}
	}
	read := func(p copies, file string) story.Fields {
		return extract.Read(extract.Page{URL: p.URL, Body: readPage(t, filepath.Join(shared(t), "pairs", file))}, nil, nil).Fields
	}
	facts, told := 0, 0
	var other story.Fields
	for _, p := range pairs {
		old, new := read(p, p.Old), read(p, p.New)
		history := []change.Told{telling(1, old), telling(2, new)}
		stale := slices.Concat([]string{"By our own correspondent in the capital"}, old.Body, []string{"With material from the agencies."})
		lags := change.Lags(history, story.Fields{Headline: "Another headline of the house", Body: stale})
		if slices.Equal(p.Expect.Class, []story.Class{story.Fact}) {
			facts++
			if len(lags) > 0 {
				told++
			} else {
				t.Logf("%s %s: not told%s", p.ID, p.Kind, brief(change.Fields(old, new)))
			}
		}
		for name, copied := range map[string]story.Fields{"one that followed": {Headline: "Another headline of the house", Body: new.Body}, "another story": other} {
			if _, same := change.Similarity(copied.Body, old.Body); same && name == "another story" {
				continue
			}
			if wrong := change.Lags(history, copied); len(wrong) > 0 {
				t.Errorf("%s %s: %s is told of %+v", p.ID, p.Kind, name, wrong)
			}
		}
		if _, same := change.Similarity(other.Body, old.Body); !same {
			other = old
		}
	}
	t.Logf("%d of %d edits of a fact told, on %d pairs", told, facts, len(pairs))
	if percent(told, facts) < lagFloor {
		t.Errorf("%.1f %% told, the floor is %d", percent(told, facts), lagFloor)
	}
}
