package change

import (
	"cmp"
	"math"
	"slices"
	"time"

	"stakeout/story"
)

// Copy is another story with the text of one: from the same wire, or taken from
// it.
type Copy struct {
	Source   string       `json:"source"`
	ID       string       `json:"id"`
	URL      string       `json:"url"`
	Headline string       `json:"headline"`
	Status   story.Status `json:"status"`
	// Similarity is the share of the shorter text, in runs of four words, that
	// the longer one has too: 0.5 to 1.
	Similarity float64      `json:"similarity"`
	Published  story.Moment `json:"published"`
	FirstSeen  *time.Time   `json:"first_seen"`
	LastSeen   *time.Time   `json:"last_seen"`
	// Earlier says that it had the text first, by the time that By names:
	// "published" where both state a time of day, else "first_seen".
	Earlier bool   `json:"earlier"`
	By      string `json:"earlier_by"`
	// Corrected is what the copy corrected that the story still says as before;
	// NotFollowed what the story corrected that the copy still says as before.
	Corrected   []Lag `json:"corrected"`
	NotFollowed []Lag `json:"not_followed"`
}

// What two texts must share to be copies. Measured on real pages: no two of 415
// that aren't share so much, nor a twelfth but for one pair (docs/decisions).
const (
	leastSimilarity = 0.5
	leastShared     = 30 // shingles: some 33 words
)

// Similarity is the share of the shorter of two texts that the other has too, 0
// to 1; ok is false where they are no copies of each other.
func Similarity(a, b []string) (share float64, ok bool) {
	x, y := story.Shingles(a), story.Shingles(b)
	shared := story.Shared(x, y)
	if shared == 0 {
		return 0, false
	}
	share = float64(shared) / float64(min(len(x), len(y)))
	return math.Round(share*100) / 100, share >= leastSimilarity && shared >= leastShared
}

// CopyOf says how another story is a copy of one; ok is false where it is none.
func CopyOf(s, other story.Story) (c Copy, ok bool) {
	c = Copy{Source: other.Source, ID: other.ID, URL: other.URL, Headline: other.Headline, Status: other.Status,
		Published: other.Published, FirstSeen: other.FirstSeen, LastSeen: other.LastSeen, Corrected: []Lag{}, NotFollowed: []Lag{}}
	if c.Similarity, ok = Similarity(s.Body, other.Body); !ok {
		return c, false
	}
	c.Earlier, c.By = earlier(other, s)
	return c, true
}

// earlier reports whether a story was there before another, and by which of
// their times.
func earlier(a, b story.Story) (bool, string) {
	x, okX := a.Published.Time()
	y, okY := b.Published.Time()
	if okX && okY && !a.Published.DayOnly() && !b.Published.DayOnly() && !x.Equal(y) {
		return x.Before(y), "published"
	}
	return a.FirstSeen != nil && b.FirstSeen != nil && a.FirstSeen.Before(*b.FirstSeen), "first_seen"
}

// SortCopies orders copies: who was seen first, first.
func SortCopies(copies []Copy) {
	slices.SortStableFunc(copies, func(a, b Copy) int {
		if a.FirstSeen != nil && b.FirstSeen != nil {
			if c := a.FirstSeen.Compare(*b.FirstSeen); c != 0 {
				return c
			}
		}
		return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.ID, b.ID))
	})
}
