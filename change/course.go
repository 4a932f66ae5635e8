package change

import (
	"time"

	"stakeout/story"
)

// Turn is a moment at which a phrase came into a story, or left it.
type Turn struct {
	Source  string    `json:"source"`
	ID      string    `json:"id"`
	Turn    string    `json:"turn"` // "entered" or "left"
	Version int       `json:"version"`
	At      time.Time `json:"at"`
	// SeenBefore is when the story was last seen otherwise: it turned between
	// then and At. Nil for a story that was new.
	SeenBefore *time.Time  `json:"seen_before"`
	Event      story.Event `json:"event"` // new, changed, removed or restored
	Headline   string      `json:"headline"`
	URL        string      `json:"url"`
	// Passage is where it stands; where it left, where it stood.
	Passage
}

// The two ways in which a phrase turns.
const (
	Entered = "entered"
	Left    = "left"
)

// Turns says when a phrase entered and left a story. events are its log, oldest
// first; texts what its versions say, by number: those that can't have the
// phrase may be absent. A story that was removed says nothing more, until it is
// back.
func (p Phrase) Turns(events []story.Change, texts map[int]story.Fields) []Turn {
	var out []Turn
	places := map[int]*Passage{}
	for number, f := range texts {
		places[number] = p.In(f)
	}
	var before *Passage
	for _, e := range events {
		now := places[e.To]
		if e.Event == story.EventRemoved {
			now = nil
		}
		if (now != nil) != (before != nil) {
			t := Turn{Source: e.Source, ID: e.ID, Turn: Entered, Version: e.To, At: e.At, SeenBefore: e.SeenBefore, Event: e.Event, Headline: e.Headline, URL: e.URL}
			if now != nil {
				t.Passage = *now
			} else {
				t.Turn, t.Passage = Left, *before
			}
			out = append(out, t)
		}
		before = now
	}
	return out
}
