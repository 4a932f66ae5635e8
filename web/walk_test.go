package web_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"stakeout/demo"
	"stakeout/store"
	"stakeout/story"
	"stakeout/web"
)

// press clicks the first link or button that says something.
func (b *tab) press(says string) {
	b.t.Helper()
	if !eval[bool](b, `(says => { const e = [...document.querySelectorAll("a, button, summary")].find(e => e.innerText.trim().startsWith(says) && e.offsetParent); e?.click(); return !!e })("`+says+`")`) {
		b.t.Fatalf("%s: nothing to press says %q", b.url, says)
	}
}

// silentNumbers are the cursors of the edits of a history that changed a number and
// told nobody, by going through all of it.
func silentNumbers(t *testing.T, db *store.Store) (cursors []string) {
	t.Helper()
	for c, err := range db.Changes(t.Context(), store.ChangeFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		number := slices.ContainsFunc(c.Fields, func(f story.FieldChange) bool {
			return slices.ContainsFunc(f.Facts, func(f story.TypedFact) bool { return f.Kind == story.FactAmount })
		})
		if number && !c.Disclosed && c.Event != story.EventNew {
			cursors = append(cursors, fmt.Sprint(c.Cursor))
		}
	}
	slices.Sort(cursors)
	return cursors
}

// Somebody who has never seen it, at the front page of the demo: which stories
// silently changed a number today? They find them by one press, export exactly
// those as CSV, and subscribe to more of the kind, at a desk and on a phone.
func walkInBrowser(t *testing.T, browser context.Context) {
	began := time.Now() // the page's today, so that midnight may pass meanwhile
	d, err := demo.Start(t.Context(), demo.Options{Seed: 3, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if _, err := d.PlayRound(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(web.New(web.Options{Store: d.Store, Sources: d.Sources, Now: func() time.Time { return began }}))
	defer server.Close()
	defer server.CloseClientConnections()
	want := silentNumbers(t, d.Store)
	if len(want) < 3 {
		t.Fatalf("the demo has %d such edits, expected some", len(want))
	}
	for _, width := range []int64{1440, 390} {
		b := newTab(t, browser, server.URL, width)
		b.open("/")
		b.press("Numbers changed silently today")
		b.arrive("fact%3Aamount")
		shown := eval[[]string](b, "[...document.querySelectorAll('[data-cursor]')].map(e => e.dataset.cursor)")
		slices.Sort(shown)
		if !slices.Equal(shown, want) {
			t.Errorf("%d px: shown %v, expected %v", width, shown, want)
		}
		b.press("Export what I see")
		file := eval[string](b, "fetch([...document.querySelectorAll('.menu[open] a')].find(a => a.innerText.startsWith('CSV')).href).then(r => r.text())")
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(file, "\uFEFF"))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		at := slices.Index(rows[0], "cursor")
		var exported []string
		for _, row := range rows[1:] {
			if !slices.Contains(exported, row[at]) { // a row a field
				exported = append(exported, row[at])
			}
		}
		if slices.Sort(exported); !slices.Equal(exported, want) {
			t.Errorf("%d px: exported %v, expected %v", width, exported, want)
		}
		b.do(chromedp.KeyEvent("\x1b"))
		b.press("Follow")
		feed := eval[string](b, "document.querySelector('.menu[open] #feed').href")
		entries := func() int {
			return len(regexp.MustCompile(`<entry[ >]`).FindAllString(eval[string](b, "fetch('"+feed+"').then(r => r.text())"), -1))
		}
		if n := entries(); n != len(want) {
			t.Errorf("the feed has %d entries, expected %d", n, len(want))
		}
		for _, m := range b.misdeeds() {
			t.Error(m)
		}
	}
}

// What is recorded after someone subscribed comes in their feed, if it is of the
// kind.
func TestFeedFollowsTheKind(t *testing.T) {
	d := floods(t)
	_, _, page := d.get("/?view=all&q=fact:amount+disclosed:no+since:today", "Accept", "text/html")
	m := regexp.MustCompile(`id="feed" href="([^"]+)"`).FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no feed in\n%s", page)
	}
	path := strings.ReplaceAll(strings.TrimPrefix(m[1], d.URL), "&amp;", "&")
	_, _, before := d.get(path)
	d.tell("wire", "2", 2, "Lender denies talks", "The lender said so on Monday, to all who asked.")
	d.tell("wire", "1", 3, "Ferry capsizes off Halifax", "At least 15 people died, officials said.", "The sea was rough.", "A third.", "A fourth.", "A fifth.", "A sixth.")
	_, _, after := d.get(path)
	if a, b := strings.Count(before, "<entry"), strings.Count(after, "<entry"); a != 1 || b != 2 || !strings.Contains(after, "15") {
		t.Errorf("%d entries, then %d, expected 1 and 2", a, b)
	}
}
