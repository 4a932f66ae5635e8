package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"stakeout/change"
	"stakeout/store"
	"stakeout/story"
)

// chronicle is a history that a test writes version by version.
type chronicle struct {
	t      *testing.T
	db     string
	latest map[story.Key]story.Fields
	number map[story.Key]int
}

var firstDay = time.Date(2026, 4, 5, 8, 0, 0, 0, time.UTC)

func newChronicle(t *testing.T) *chronicle {
	return &chronicle{t: t, db: filepath.Join(t.TempDir(), "s.db"), latest: map[story.Key]story.Fields{}, number: map[story.Key]int{}}
}

// tell records what a story says some minutes after the first day's beginning.
func (c *chronicle) tell(source, id string, minutes int, headline string, body ...string) {
	c.t.Helper()
	key := story.Key{Source: source, ID: id}
	url := "https://" + source + ".example/" + id
	f := story.Fields{Headline: headline, Body: body, Language: "en"}
	at := firstDay.Add(time.Duration(minutes) * time.Minute)
	r := store.Result{Visit: store.Visit{Source: source, Key: key, URL: url, Kind: store.KindStory, Outcome: story.New, Status: 200, At: at},
		From: c.number[key], Pages: []store.Page{{URL: url, ContentType: "text/html", Body: []byte(headline + strings.Join(body, "\n"))}},
		Reading: &story.Reading{URL: url, Fields: f}, Print: change.Print(f)}
	if r.From > 0 {
		difference := change.Between(c.latest[key], f)
		r.Outcome, r.Change = story.Changed, &difference
	}
	c.record(r)
	c.latest[key], c.number[key] = f, r.From+1
}

// become records that a story was removed, or is back as it was.
func (c *chronicle) become(source, id string, minutes int, status story.Status) {
	c.t.Helper()
	key := story.Key{Source: source, ID: id}
	outcome := story.Same
	if status == story.Removed {
		outcome = story.Gone
	}
	c.record(store.Result{Visit: store.Visit{Source: source, Key: key, URL: "https://" + source + ".example/" + id, Kind: store.KindStory, Outcome: outcome, Status: 200,
		At: firstDay.Add(time.Duration(minutes) * time.Minute)}, From: c.number[key], StoryStatus: status})
}

func (c *chronicle) record(r store.Result) {
	c.t.Helper()
	db, err := store.Open(context.Background(), c.db, store.Options{})
	if err != nil {
		c.t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Record(context.Background(), r); err != nil {
		c.t.Fatal(err)
	}
}

// shows wants every part in what a command prints, in order.
func (c *chronicle) shows(args []string, parts ...string) string {
	c.t.Helper()
	out := mustRun(c.t, append([]string{"--db", c.db}, args...)...)
	rest := out
	for _, part := range parts {
		_, after, ok := strings.Cut(rest, part)
		if !ok {
			c.t.Errorf("%s: no %q in its place in\n%s", strings.Join(args, " "), part, out)
			return out
		}
		rest = after
	}
	return out
}

func TestBlame(t *testing.T) {
	c := newChronicle(t)
	c.tell("wire", "7", 0, "Ferry sinks", "At least 12 people died. It rained.", "A court will rule.")
	c.tell("wire", "7", 30, "Ferry sinks", "At least 14 people died. It rained.", "A court will rule.")
	c.tell("wire", "7", 60, "Ferry sinks", "At least 14 people died. It rained.")
	c.tell("wire", "7", 90, "Ferry sinks off Crete", "At least 14 people died. It rained.", "A court will rule.")
	c.shows([]string{"blame", "7"}, "wire/7  Ferry sinks off Crete\nversion 1 · ", "version 4 · ", "headline\n  v4 ", "Ferry sinks {+off Crete+}",
		"paragraph 1\n  v2 ", "At least [-12-] {+14+} people died.", "v1 ", "It rained.", "paragraph 2\n  v4 ", "A court will rule.   back from v1")
	got := lines[change.Origin](t, c.shows([]string{"blame", "wire/7", "--json"}))
	i := slices.IndexFunc(got, func(o change.Origin) bool { return o.Version == 2 })
	if len(got) != 4 || i != 1 || got[i].Text != "At least 14 people died." || got[i].Was != "At least 12 people died." || *got[i].Paragraph != 0 || !got[i].At.Equal(firstDay.Add(30*time.Minute)) {
		t.Errorf("got %+v", got)
	}
}

func TestPhrase(t *testing.T) {
	c := newChronicle(t)
	c.tell("wire", "7", 0, "Ferry sinks", "At least 12 people died. It rained.")
	c.tell("wire", "7", 30, "Ferry sinks", "At least 14 people died. It rained.")
	c.tell("wire", "8", 40, "At least 12 people died in ferry", "It rained.")
	c.tell("wire", "7", 60, "Ferry sinks", "At least 12 people died. It rained.")
	c.become("wire", "7", 90, story.Removed)
	c.become("wire", "7", 120, story.Live)
	c.tell("paper", "9", 130, "雨", "東京都知事は十二人が死亡したと発表した。")
	c.tell("paper", "10", 140, "Other", "12 people at least died. At least 12 persons.")

	type turn struct {
		Source, ID, Turn, Event, Field, Text string
		Version                              int
		At                                   time.Time
		SeenBefore                           *time.Time `json:"seen_before"`
	}
	brief := func(args ...string) (out []string) {
		for _, l := range lines[turn](t, c.shows(append([]string{"phrase", "--json"}, args...))) {
			out = append(out, fmt.Sprintf("%.0f %s %s/%s v%d %s %s: %s", l.At.Sub(firstDay).Minutes(), l.Turn, l.Source, l.ID, l.Version, l.Event, l.Field, l.Text))
		}
		return out
	}
	const died = "body: At least 12 people died."
	all := []string{"0 entered wire/7 v1 new " + died, "30 left wire/7 v2 changed " + died, "40 entered wire/8 v1 new headline: At least 12 people died in ferry",
		"60 entered wire/7 v3 changed " + died, "90 left wire/7 v3 removed " + died, "120 entered wire/7 v3 restored " + died}
	for _, tt := range []struct {
		args, want []string
	}{
		{[]string{"at least", "12 PEOPLE"}, all},
		{[]string{"At least 12 people", "--since", "2026-04-05T09:00:00Z"}, all[3:]},
		{[]string{"At least 12 people", "--source", "paper"}, nil},
		{[]string{"知事は十二人"}, []string{"130 entered paper/9 v1 new body: 東京都知事は十二人が死亡したと発表した。"}},
		{[]string{"都"}, []string{"130 entered paper/9 v1 new body: 東京都知事は十二人が死亡したと発表した。"}},
		{[]string{"nothing of it"}, nil},
	} {
		if got := brief(tt.args...); !slices.Equal(got, tt.want) {
			t.Errorf("%q: got\n%s\nwant\n%s", tt.args, strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
		}
	}
	c.shows([]string{"phrase", "12 people"}, "entered  wire/7", "v1, new", "body  At least 12 people died.", "left     wire/7", "v2, changed, ", "entered  wire/8", "headline  At least")
	if _, stderr, status := stakeout(t, "--db", c.db, "phrase", "?!"); status != statusUsage || !strings.Contains(stderr, "no word") {
		t.Errorf("exit %d, %s", status, stderr)
	}
}

func TestShowListsCopies(t *testing.T) {
	c := newChronicle(t)
	fire := []string{"The fire broke out in the old mill on Monday night, and the wind carried it over the canal to the market.",
		"At least 12 people died and dozens were hurt, the fire chief Ann Lee said.",
		"Two hundred firemen worked until morning. The bridge over the canal stays closed until further notice."}
	c.tell("wire", "7", 0, "Fire in mill", fire...)
	c.tell("paper", "9", 10, "Mill burns", append([]string{"Our reporter writes from the scene: it smells of smoke."}, fire[:2]...)...)
	c.tell("wire", "8", 20, "Fire in mill, again", fire...) // of the same source
	c.tell("other", "5", 25, "Ferry sinks", "It rained all day, and nobody saw the boat leave the harbour at noon. The mill was not on fire, the mayor said, and nobody asked him why he spoke of it.")
	fire[1] = strings.Replace(fire[1], "12", "14", 1)
	c.tell("wire", "7", 30, "Fire in mill", append(fire, "Correction: An earlier version of this story gave a wrong number of dead.")...)

	const still = "At least 12 people died and dozens were hurt, the fire chief Ann Lee said."
	c.shows([]string{"show", "paper/9"}, "the same text elsewhere\n  wire/7  Fire in mill\n", "alike, first seen ", ", before this story\n",
		"wire/7 corrected [-12-] {+14+} on ", "; this story when last seen, ", ", said: "+still, "wire/8")
	c.tell("paper", "9", 40, "Mill burns down", append([]string{"Our reporter writes from the scene: it smells of smoke."}, fire[0], still)...)
	c.shows([]string{"show", "paper/9"}, "; this story still says: "+still)
	c.shows([]string{"show", "wire/7"}, "elsewhere; this story had it first\n", "paper/9  Mill burns down\n", "this story corrected [-12-] {+14+} on ", "; paper/9 still says: "+still)

	type shown struct {
		Headline string
		Copies   []change.Copy
	}
	got := lines[shown](t, c.shows([]string{"show", "paper/9", "--json"}))[0]
	if got.Headline != "Mill burns down" || len(got.Copies) != 2 || got.Copies[0].ID != "7" || !got.Copies[0].Earlier || got.Copies[1].ID != "8" {
		t.Fatalf("got %+v", got)
	}
	want := change.Lag{Class: story.Correction, Version: 2, At: firstDay.Add(30 * time.Minute), Old: "12", New: "14", Still: still}
	if l := got.Copies[0].Corrected; len(l) != 1 || l[0] != want || len(got.Copies[0].NotFollowed) != 0 {
		t.Errorf("got %+v, want %+v", got.Copies[0], want)
	}
	if out := c.shows([]string{"show", "5", "--json"}); !strings.Contains(out, `"copies":[]`) {
		t.Errorf("another story has copies: %s", out)
	}
	if out := c.shows([]string{"show", "paper/9", "--version", "1"}); strings.Contains(out, "elsewhere") {
		t.Errorf("an earlier version has copies of now: %s", out)
	}
}
