package collect

import (
	"context"
	"slices"
	"strings"
	"testing"

	"stakeout/store"
	"stakeout/story"
)

// The traps that shipped tools fall into, each as a site sets it: what the
// crawler fetched, read, judged and recorded. change/traps_test.go has them on
// pages alone.

// flood is the text that the traps are set in.
var flood = []string{
	"At least 12 people were dead by Monday evening after the river broke its banks in the upper valley, officials said.",
	"Repairing the roads will cost 1.5 million euros, the district engineer Jane Okafor said after a first flight over the area.",
	"A court found the operator of the upper dam guilty. Its lawyers said they would appeal against the ruling in the spring.",
	"Schools stay closed until Thursday, and the railway runs only as far as the old mill at the mouth of the valley.",
	"Residents had asked for a higher wall for years, and the council had voted the money for it twice without building it.",
	"The rescue service brought food to nine villages by boat, and asked all others to boil their water until the weekend.",
}

const cutOff = "Twelve villages cut off as river floods valley"

// floodWith is the text with one passage exchanged.
func floodWith(t *testing.T, old, new string) []string {
	t.Helper()
	out := slices.Clone(flood)
	for i, p := range out {
		if strings.Contains(p, old) {
			out[i] = strings.Replace(p, old, new, 1)
			return out
		}
	}
	t.Fatalf("no %q in the text", old)
	return nil
}

// trap is a site with one story, visited.
type trap struct {
	t *testing.T
	*site
	c     *Collector
	visit func() Summary
}

func setTrap(t *testing.T, keys string, first answer) *trap {
	t.Helper()
	s := newSite(t)
	s.list("/story/1")
	s.set("/story/1", first)
	c, src := watch(t, s, byNumber+keys)
	trap := &trap{t, s, c, func() Summary { t.Helper(); return crawl(t, c, src) }}
	if sum := trap.visit(); sum.New != 1 {
		t.Fatalf("the first visit found %+v", sum)
	}
	return trap
}

// changes are what is in the story's log after its first version.
func (tr *trap) changes() []story.Change {
	tr.t.Helper()
	var out []story.Change
	for c, err := range tr.c.Store.Changes(context.Background(), store.ChangeFilter{Key: story.Key{Source: "s", ID: "1"}}) {
		if err != nil {
			tr.t.Fatal(err)
		}
		out = append(out, c)
	}
	return out[1:]
}

// wantEdit shows the story another way, and wants one field changed in one class,
// once however often it is visited.
func (tr *trap) wantEdit(shown answer, field string, class story.Class, words ...string) {
	tr.t.Helper()
	before := len(tr.changes())
	tr.set("/story/1", shown)
	if sum := tr.visit(); sum.Changed != 1 {
		tr.t.Errorf("found %+v, expected a change", sum)
		return
	}
	tr.wantSame(shown)
	all := tr.changes()
	c := all[len(all)-1]
	if len(all) != before+1 || len(c.Fields) != 1 || c.Fields[0].Field != field || c.Fields[0].Class != class {
		tr.t.Errorf("found %d changes, the last of %+v; expected one of %s, %s", len(all)-before, c.Fields, field, class)
		return
	}
	for _, w := range words {
		if !strings.Contains(c.Fields[0].New, w) {
			tr.t.Errorf("no %q in %q", w, c.Fields[0].New)
		}
	}
}

// wantSame visits the story shown in a way in which nothing of it changed, twice.
func (tr *trap) wantSame(shown answer) {
	tr.t.Helper()
	before := len(tr.changes())
	tr.set("/story/1", shown)
	for range 2 {
		if sum := tr.visit(); sum.Same != 1 {
			tr.t.Errorf("found %+v, expected the same", sum)
		}
	}
	if after := len(tr.changes()); after != before {
		tr.t.Errorf("%d changes, were %d", after, before)
	}
}

func TestTrapHeadlineOnlyEdit(t *testing.T) {
	setTrap(t, "", page(cutOff, "", flood...)).wantEdit(page("Thirteen villages cut off as river floods valley", "", flood...), "headline", story.Fact, "Thirteen")
}

func TestTrapOneNumberInALongText(t *testing.T) {
	long := slices.Concat(flood[1:], text, flood[:1])
	tr := setTrap(t, "", page(cutOff, "", long...))
	long[len(long)-1] = strings.Replace(flood[0], "12 people", "120 people", 1)
	tr.wantEdit(page(cutOff, "", long...), "body", story.Fact, "120 people")
}

func TestTrapPointInsideANumber(t *testing.T) {
	setTrap(t, "", page(cutOff, "", flood...)).wantEdit(page(cutOff, "", floodWith(t, "1.5 million", "15 million")...), "body", story.Fact, "15 million")
}

func TestTrapSentenceMarkAlone(t *testing.T) {
	setTrap(t, "", page(cutOff, "", flood...)).wantEdit(page(cutOff, "", floodWith(t, "guilty.", "guilty?")...), "body", story.Typo, "guilty?")
}

func TestTrapEditInTheLineOfARelativeTime(t *testing.T) {
	at := func(minutes, villages string) answer {
		return page(cutOff, "", slices.Concat([]string{"Updated " + minutes + " ago. Rescue teams have reached " + villages + " of the villages by boat since noon."}, flood)...)
	}
	tr := setTrap(t, "", at("5 minutes", "nine"))
	tr.wantSame(at("25 minutes", "nine"))
	tr.wantEdit(at("26 minutes", "ten"), "body", story.Fact, "ten of the villages")
	tr.wantSame(at("2 hours", "ten"))
}

func TestTrapThereAndBackAgain(t *testing.T) {
	a, b := page(cutOff, "", flood...), page(cutOff, "", floodWith(t, "12 people", "14 people")...)
	tr := setTrap(t, "", a)
	for range 2 {
		tr.wantEdit(b, "body", story.Fact, "14 people")
		tr.wantEdit(a, "body", story.Fact, "12 people")
	}
	for i, c := range tr.changes() {
		if want := []int{0, 1, 2, 1}[i]; c.RevertedTo != want || slices.Contains(c.Classes, story.Reverted) != (want > 0) {
			t.Errorf("change %d: reverted to %d, expected %d; classes %v", i+1, c.RevertedTo, want, c.Classes)
		}
	}
}

// A tool that keeps each text once by its hash has no way to say that it came a
// third time.
func TestTrapTheThirdTimeTheSameTextComes(t *testing.T) {
	a := page(cutOff, "", flood...)
	tr := setTrap(t, "", a)
	for _, n := range []string{"13", "14"} {
		tr.wantEdit(page(cutOff, "", floodWith(t, "12 people", n+" people")...), "body", story.Fact, n+" people")
		tr.wantEdit(a, "body", story.Fact, "12 people")
	}
	v, err := tr.c.Store.Latest(context.Background(), story.Key{Source: "s", ID: "1"})
	if err != nil || v.Number != 5 || !strings.Contains(v.Reading.Body[0], "12 people") {
		t.Errorf("found version %d, %v; expected the first words as the fifth version", v.Number, err)
	}
}

func TestTrapOneOfSeveralSelectorsStopsMatching(t *testing.T) {
	layout := func(class string) answer {
		return answer{body: "<html lang=en><head><title>" + cutOff + "</title></head><body><article><h1>" + cutOff + `</h1><div class=intro><p>` +
			strings.Join(flood[:2], "</p><p>") + `</p></div><div class="` + class + `"><p>` + strings.Join(flood[2:], "</p><p>") + "</p></div></article></body></html>"}
	}
	tr := setTrap(t, "    fields: {body: '.intro p, .text p'}\n", layout("text"))
	tr.set("/story/1", layout("story-text"))
	for range 3 {
		if sum := tr.visit(); sum.Unreadable != 1 {
			t.Errorf("found %+v, expected a layout that broke", sum)
		}
	}
	tr.wantSame(layout("text"))
}

func TestTrapStoryAtAnotherAddress(t *testing.T) {
	tr := setTrap(t, "", page(cutOff, "", flood...))
	tr.set("/story/1", answer{status: 301, header: map[string]string{"Location": "/story/1-river-floods-valley"}})
	tr.set("/story/1-river-floods-valley", page(cutOff, `<link rel=canonical href="/story/1-river-floods-valley">`, flood...))
	tr.list("/story/1-river-floods-valley")
	for range 3 {
		tr.visit()
	}
	wantEvents(t, tr.c, "1", story.EventNew, story.EventMoved)
	st, err := tr.c.Store.Story(context.Background(), story.Key{Source: "s", ID: "1"})
	if err != nil || st.URL != tr.URL+"/story/1-river-floods-valley" || st.Status != story.Live {
		t.Errorf("found %s, %s, %v", st.URL, st.Status, err)
	}
	for other, err := range tr.c.Store.Stories(context.Background(), store.Filter{}) {
		if err != nil || other.ID != "1" {
			t.Errorf("found another story: %s, %v", other.ID, err)
		}
	}
}

func TestTrapRedirectToTheFrontPage(t *testing.T) {
	first := page(cutOff, "", flood...)
	tr := setTrap(t, "", first)
	tr.set("/story/1", answer{status: 302, header: map[string]string{"Location": "/"}})
	for n := range 3 {
		if sum := tr.visit(); sum.Removed != 1 {
			t.Errorf("visit %d found %+v, expected removed", n+1, sum)
		}
		want := []story.Event{story.EventNew}
		if n == 2 {
			want = append(want, story.EventRemoved)
		}
		wantEvents(t, tr.c, "1", want...)
	}
	tr.set("/story/1", first)
	tr.visit()
	wantEvents(t, tr.c, "1", story.EventNew, story.EventRemoved, story.EventRestored)
}

func TestTrapCorrectionNoteWithNothingElse(t *testing.T) {
	const note = "Correction: An earlier version of this story gave the wrong name for the dam."
	for name, body := range map[string][]string{"above": slices.Concat([]string{note}, flood), "below": slices.Concat(flood, []string{note})} {
		t.Run(name, func(t *testing.T) {
			tr := setTrap(t, "", page(cutOff, "", flood...))
			tr.wantEdit(page(cutOff, "", body...), "body", story.Correction, note)
			if c := tr.changes(); len(c) == 1 && !c[0].Disclosed {
				t.Error("a note tells the readers")
			}
		})
	}
}

// Without an ID the address is the story's key: it stays, wherever the story goes.
func TestTrapStoryAtAnotherAddressWithoutAnID(t *testing.T) {
	const first, then = "/news/river-floods-the-upper-valley", "/archive/river-floods-the-upper-valley"
	s := newSite(t)
	s.list(first)
	s.set(first, page(cutOff, `<link rel=canonical href="`+first+`">`, flood...))
	c, src := watch(t, s, "    stories: '/(news|archive)/.'\n")
	crawl(t, c, src)
	s.set(first, answer{status: 301, header: map[string]string{"Location": then}})
	s.set(then, page(cutOff, `<link rel=canonical href="`+then+`">`, flood...))
	crawl(t, c, src)
	s.list(then)
	for range 2 {
		crawl(t, c, src)
	}
	var found []string
	for st, err := range c.Store.Stories(context.Background(), store.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, st.ID)
	}
	if len(found) != 1 || found[0] != s.URL+first {
		t.Fatalf("found the stories %v", found)
	}
	wantEvents(t, c, s.URL+first, story.EventNew, story.EventMoved)
}
