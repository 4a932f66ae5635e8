package change_test

import (
	"math/rand"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"stakeout/change"
	"stakeout/extract"
	"stakeout/internal/measure"
	"stakeout/story"
)

// article is a real page's text.
type article struct {
	url      string
	body     []string
	shingles []uint64
}

// read once for all tests.
var realArticles []article

// articles reads the real pages of the corpora, each address once.
func articles(t *testing.T) []article {
	t.Helper()
	if realArticles != nil {
		return realArticles
	}
	var pages []extract.Page
	for _, corpus := range []string{"fundus", "trafilatura"} {
		rows, err := measure.Read(filepath.Join(shared(t), "extraction", corpus))
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			pages = append(pages, extract.Page{URL: row.Truth.URL, Body: row.Page})
		}
	}
	out := make([]article, len(pages))
	var workers sync.WaitGroup
	for i, page := range pages {
		workers.Go(func() {
			body := extract.Read(page, nil, nil).Body
			out[i] = article{page.URL, body, story.Shingles(body)}
		})
	}
	workers.Wait()
	slices.SortStableFunc(out, func(a, b article) int { return strings.Compare(a.url, b.url) })
	realArticles = slices.CompactFunc(out, func(a, b article) bool { return a.url == b.url })
	return realArticles
}

// No two distinct pages of many publishers are taken for copies.
func TestDistinctArticlesAreNoCopies(t *testing.T) {
	all := articles(t)
	type pair struct {
		share float64
		n     int
		a, b  string
	}
	var near []pair
	for i, a := range all {
		for _, b := range all[:i] {
			n := story.Shared(a.shingles, b.shingles)
			if n < 3 {
				continue
			}
			share, ok := change.Similarity(a.body, b.body)
			if ok {
				t.Errorf("copies, %.2f, %d shingles: %s and %s", share, n, a.url, b.url)
			}
			near = append(near, pair{share, n, a.url, b.url})
		}
	}
	slices.SortFunc(near, func(x, y pair) int { return int(1000 * (y.share - x.share)) })
	for _, p := range near[:min(len(near), 4)] {
		t.Logf("%.2f, %d shingles: %s and %s", p.share, p.n, p.a, p.b)
	}
	t.Logf("%d pages", len(all))
}

// wire makes copies of an article as papers make them of a wire's.
var wire = []struct {
	name  string
	make  func(lot *rand.Rand, body, house []string) []string
	floor float64 // per cent found
}{
	{"the first half", func(_ *rand.Rand, body, _ []string) []string { return upTo(body, 0.5) }, 99},
	{"the first third", func(_ *rand.Rand, body, _ []string) []string { return upTo(body, 0.33) }, 97},
	{"every third paragraph out", func(_ *rand.Rand, body, _ []string) []string {
		return slices.DeleteFunc(slices.Clone(body), func(p string) bool { return slices.Index(body, p)%3 == 2 })
	}, 99},
	{"under two paragraphs of the house", func(_ *rand.Rand, body, house []string) []string { return slices.Concat(house, body) }, 99},
	{"a byline and a note at the end", func(_ *rand.Rand, body, _ []string) []string {
		return slices.Concat([]string{"By our own correspondent in the capital"}, body, []string{"With material from the agencies. This text was produced with care."})
	}, 99},
	{"each twentieth word another", func(lot *rand.Rand, body, _ []string) []string { return retold(lot, body, 20) }, 99},
	{"each tenth word another", func(lot *rand.Rand, body, _ []string) []string { return retold(lot, body, 10) }, 98},
	{"half, edited, under the house's", func(lot *rand.Rand, body, house []string) []string {
		return slices.Concat(house, retold(lot, upTo(body, 0.5), 50))
	}, 93},
	{"a third, edited, under the house's", func(lot *rand.Rand, body, house []string) []string {
		return slices.Concat(house, retold(lot, upTo(body, 0.33), 30))
	}, 70},
}

// upTo is the beginning of a text, by whole paragraphs.
func upTo(body []string, share float64) []string {
	all, n := len(strings.Join(body, "")), 0
	for i, p := range body {
		if n += len(p); float64(n) >= share*float64(all) {
			return body[:i+1]
		}
	}
	return body
}

// retold is a text with one of so many words exchanged.
func retold(lot *rand.Rand, body []string, every int) []string {
	out := make([]string, len(body))
	for i, p := range body {
		words := strings.Fields(p)
		for k := range words {
			if lot.Intn(every) == 0 {
				words[k] = "otherwise"
			}
		}
		out[i] = strings.Join(words, " ")
	}
	return out
}

func TestWireCopiesOfRealArticlesAreFound(t *testing.T) {
	var long []article
	for _, a := range articles(t) {
		if len(a.shingles) >= 100 {
			long = append(long, a)
		}
	}
	lot := rand.New(rand.NewSource(4))
	for _, kind := range wire {
		found, missed := 0, 0
		for i, a := range long {
			house := slices.DeleteFunc(slices.Clone(long[(7*i+3)%len(long)].body), func(p string) bool { return len(strings.Fields(p)) < 15 })
			made := kind.make(lot, a.body, house[:min(2, len(house))])
			if _, ok := change.Similarity(a.body, made); !ok {
				continue
			}
			found++
			if !shareAny(story.Sketch(a.shingles), story.Sketch(story.Shingles(made))) {
				missed++
			}
		}
		t.Logf("%-36s %5.1f %% alike, %d of them not by their sketch", kind.name, percent(found, len(long)), missed)
		if share := percent(found-missed, len(long)); share < kind.floor {
			t.Errorf("%s: %.1f %% found, the floor is %.1f", kind.name, share, kind.floor)
		}
	}
}

func shareAny(a, b []int64) bool {
	return slices.ContainsFunc(a, func(h int64) bool { return slices.Contains(b, h) })
}

func TestSketchIsBounded(t *testing.T) {
	lot := rand.New(rand.NewSource(5))
	for _, words := range []int{0, 3, 4, 19, 200, 5000, 50000} {
		shingles := story.Shingles([]string{strings.Join(prose(lot, words), " ")})
		if n := len(story.Sketch(shingles)); n > 64 || n < min(16, len(shingles)) {
			t.Errorf("%d words: %d of %d shingles", words, n, len(shingles))
		}
	}
}
