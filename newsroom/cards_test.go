package newsroom

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestCardsInEveryLayout(t *testing.T) {
	for _, layout := range Layouts {
		t.Run(layout, func(t *testing.T) {
			c := NewCards(CardsOptions{Count: 45, Layout: layout, Options: Options{Seed: 1, Now: noon}})
			all := c.All()
			if len(all) != 45 {
				t.Fatalf("%d cards, want 45", len(all))
			}
			pattern := regexp.MustCompile(c.Desk().Stories)
			for _, card := range all[:10] {
				if m := pattern.FindStringSubmatch("http://news.test" + card.Path); m == nil || m[1] != card.ID {
					t.Errorf("the pattern of stories doesn't find the ID %s in %s", card.ID, card.Path)
				}
				says := words(get(t, c, card.Path).Body.String())
				want := append(slices.Clone(card.Body), card.Headline, card.Sector)
				if layout != newspaper && layout != wire {
					want = append(want, card.Publisher, card.Credibility)
				}
				for _, s := range want {
					if !strings.Contains(says, s) {
						t.Errorf("%s doesn't say %q", card.Path, s)
					}
				}
			}
			listing := get(t, c, c.Desk().ListingPath)
			if listing.Code != http.StatusOK {
				t.Errorf("listing: status %d", listing.Code)
			}
		})
	}
}

func TestCardsAreRevisedOnceEach(t *testing.T) {
	c := NewCards(CardsOptions{Options: Options{Seed: 2, Now: noon}})
	before := c.All()
	deeds := c.Revise(30)
	if len(deeds) != 30 {
		t.Fatalf("%d edits, want 30", len(deeds))
	}
	classes, ids := map[string]bool{}, map[string]bool{}
	for _, d := range deeds {
		if ids[d.StoryID] || len(d.Classes) == 0 || len(d.Fields) == 0 {
			t.Errorf("edited twice, or not at all: %+v", d)
		}
		ids[d.StoryID] = true
		for _, class := range d.Classes {
			classes[class] = true
		}
	}
	for _, class := range classOrder {
		if class != reverted && !classes[class] {
			t.Errorf("no edit of class %s", class)
		}
	}
	for i, now := range c.All() {
		same := now.Headline == before[i].Headline && slices.Equal(now.Body, before[i].Body) &&
			slices.Equal(now.Tags, before[i].Tags) && now.Credibility == before[i].Credibility
		if same == ids[now.ID] {
			t.Errorf("card %s: edited %v, same %v", now.ID, ids[now.ID], same)
		}
	}
}

func TestCardsEditedByHand(t *testing.T) {
	c := NewCards(CardsOptions{Count: 3, Options: Options{Seed: 2, Now: noon}})
	card := c.All()[1]
	if !c.Edit(card.ID, func(card *Card) { card.Body[0] = "Nothing was as it had been." }) {
		t.Fatal("no such card")
	}
	if says := words(get(t, c, card.Path).Body.String()); !strings.Contains(says, "Nothing was as it had been.") || strings.Contains(says, card.Body[0]) {
		t.Error("the page doesn't show the edit")
	}
	truth := c.Truth()
	if last := truth[len(truth)-1]; last.StoryID != card.ID || !slices.Equal(last.Fields, []string{"body"}) {
		t.Errorf("the ledger says %+v", last)
	}
	if c.Edit("no such ID", func(*Card) {}) {
		t.Error("a card that isn't there was edited")
	}
}
