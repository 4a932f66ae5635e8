package collect

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"stakeout/story"
)

// A selector that stops matching is one alarm on the source, naming the field, and
// no edit of any story; the pages are kept for a repair, until they read again.
func TestCollectABrokenLayoutIsOneAlarm(t *testing.T) {
	for name, old := range map[string]string{
		"the body": "fields: {headline: h1, body: '.text p', credibility: .cred}", "the headline": "fields: {headline: .title, body: '.text p'}",
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			set := func(class, title string) {
				var paths []string
				for n := range 6 {
					path := fmt.Sprintf("/news/%d", n)
					a := ledgerPage(n, sourceLine)
					a.body = strings.Replace(a.body, "<article><h1>", "<article><h1 class="+title+">", 1)
					a.body = strings.Replace(a.body, "</h1>", "</h1><div class="+class+"><b class=cred>unverified</b>", 1)
					s.set(path, a)
					paths = append(paths, path)
				}
				s.list(paths...)
			}
			set("text", "title")
			c, src := watch(t, s, newsByNumber+"    "+old+"\n")
			if sum := crawl(t, c, src); sum.New != 6 {
				t.Fatalf("%+v", sum)
			}
			if name == "the body" {
				set("b-17f", "title")
			} else {
				set("text", "t-17f")
			}
			if sum := crawl(t, c, src); sum.Unreadable != 6 || sum.Changed != 0 {
				t.Fatalf("after the layout broke: %+v", sum)
			}
			health, err := c.Store.Health(t.Context(), time.Now())
			if err != nil || health[0].Break == nil || health[0].Break.Stories != 6 || !strings.Contains(health[0].Trouble, strings.TrimPrefix(name, "the ")+" stopped matching") {
				t.Fatalf("health %+v, %v", health, err)
			}
			kept, err := c.Store.BrokenPages(t.Context(), "s")
			if err != nil || len(kept) != 6 || len(kept[0].Page.Body) == 0 {
				t.Fatalf("%d broken pages kept, %v", len(kept), err)
			}
			set("text", "title")
			if sum := crawl(t, c, src); sum.Same != 6 {
				t.Errorf("after it was mended: %+v", sum)
			}
			if kept, err := c.Store.BrokenPages(t.Context(), "s"); err != nil || len(kept) != 0 {
				t.Errorf("%d broken pages kept after it was mended, %v", len(kept), err)
			}
			wantEvents(t, c, "1", story.EventNew)
		})
	}
}

// A field that turns empty in one story after the other is the layout's doing: the
// first stories can't tell, the rest raise no alarm of their own.
func TestCollectAFieldThatAllStoriesLose(t *testing.T) {
	s := newSite(t)
	set := func(class string) {
		var paths []string
		for n := range 8 {
			path := fmt.Sprintf("/news/%d", n)
			a := ledgerPage(n, "")
			a.body = strings.Replace(a.body, "</h1>", "</h1><b class="+class+">unverified</b>", 1)
			s.set(path, a)
			paths = append(paths, path)
		}
		s.list(paths...)
	}
	set("cred")
	c, src := watch(t, s, newsByNumber+"    fields: {credibility: .cred}\n")
	src.Parallel = 1
	crawl(t, c, src)
	set("c-9")
	sum := crawl(t, c, src)
	if sum.Changed != othersThatTell || sum.Unreadable != 8-othersThatTell {
		t.Errorf("%+v", sum)
	}
	set("cred")
	if sum := crawl(t, c, src); sum.Unreadable != 0 {
		t.Errorf("after it was mended: %+v", sum)
	}
}

// othersThatTell is how many stories must have lost a field for the next to be the
// layout's.
const othersThatTell = 2
