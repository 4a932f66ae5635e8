package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stakeout/story"
)

func TestRecordNewThenChanged(t *testing.T) {
	s, ctx := MustOpen(t), t.Context()
	if fresh, err := s.Found(ctx, "a", []Link{{URL: address("1"), ID: "1", Title: "Ferry", Via: "listing"}}, t0); err != nil || fresh != 1 {
		t.Fatal(fresh, err)
	}
	one := firstVersion("a", "1", "12 dead", "The ferry sank.")
	if done := mustRecord(t, s, one); done.Version != 1 || done.Change.Cursor != 1 || done.Change.SeenBefore != nil {
		t.Fatalf("found %+v", done)
	}
	mustRecord(t, s, sameAs(one, 1, t0.Add(30*time.Minute)))
	two := nextVersion(one, 1, "14 dead", "The ferry sank.")
	done := mustRecord(t, s, two)
	if done.Version != 2 || done.Change.From != 1 || done.Change.To != 2 || done.Change.Headline != "14 dead" {
		t.Fatalf("found %+v", done.Change)
	}
	if got := *done.Change.SeenBefore; !got.Equal(t0.Add(30 * time.Minute)) {
		t.Fatalf("seen before: found %v", got)
	}

	v, err := s.Latest(ctx, one.Key)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(*two.Reading, v.Reading); diff != "" || v.Number != 2 || v.Status != story.Live || v.PrevHash == "" {
		t.Fatalf("latest: %+v %s", v, diff)
	}
	body, err := s.PageBody(ctx, v.Pages[0].SHA256)
	if err != nil || string(body) != string(two.Pages[0].Body) {
		t.Fatalf("page: %q %v", body, err)
	}
	first, err := s.StoryAt(ctx, one.Key, 1)
	if err != nil || first.Headline != "12 dead" || !first.LastSeen.Equal(t0.Add(30*time.Minute)) {
		t.Fatalf("version 1: %+v %v", first, err)
	}
	if n, ok, err := s.HasPrint(ctx, one.Key, one.Print); n != 1 || !ok || err != nil {
		t.Fatal(n, ok, err)
	}
	if _, ok, err := s.HasPrint(ctx, one.Key, "nothing"); ok || err != nil {
		t.Fatal(ok, err)
	}
	a, err := s.Address(ctx, "a", address("1"))
	if err != nil || a.ID != "1" || a.Version != 2 || a.ETag != `"1"` || a.Host != "example.org" || a.LinkID != "1" {
		t.Fatalf("address: %+v %v", a, err)
	}
	mustVerify(t, s)
}

func TestRecordJudgedAgainstAnOldVersionIsStale(t *testing.T) {
	s := MustOpen(t)
	one := firstVersion("a", "1", "x")
	mustRecord(t, s, one)
	for _, r := range []Result{one, nextVersion(one, 2, "y"), sameAs(one, 0, t0)} {
		if _, err := s.Record(t.Context(), r); !errors.Is(err, ErrStale) {
			t.Fatalf("from %d: found %v, expected ErrStale", r.From, err)
		}
	}
	if n := rowCount(t, s, "visits"); n != 1 {
		t.Fatalf("found %d visits, expected the first alone", n)
	}
}

func TestSameVisitsFold(t *testing.T) {
	s, ctx := MustOpen(t), t.Context()
	one := firstVersion("a", "1", "x")
	mustRecord(t, s, one)
	for i := range 5 {
		r := sameAs(one, 1, t0.Add(time.Duration(i+1)*time.Minute))
		r.Status = 200 + i
		mustRecord(t, s, r)
	}
	failed := sameAs(one, 1, t0.Add(time.Hour))
	failed.Outcome, failed.Reason = story.Failed, "timeout"
	mustRecord(t, s, failed)
	mustRecord(t, s, sameAs(one, 1, t0.Add(2*time.Hour)))

	visits, err := s.Visits(ctx, one.Key, 10)
	if err != nil {
		t.Fatal(err)
	}
	type row struct {
		Outcome story.Outcome
		Count   int
		Status  int
	}
	var got []row
	for _, v := range visits {
		got = append(got, row{v.Outcome, v.Count, v.Status})
	}
	want := []row{{story.Same, 1, 200}, {story.Failed, 1, 200}, {story.Same, 5, 204}, {story.New, 1, 200}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatal(diff)
	}
	if v := visits[2]; !v.At.Equal(t0.Add(time.Minute)) || !v.LastAt.Equal(t0.Add(5*time.Minute)) {
		t.Fatalf("found %v to %v", v.At, v.LastAt)
	}
	st, err := s.Story(ctx, one.Key)
	if err != nil || !st.LastSeen.Equal(t0.Add(2*time.Hour)) || !st.ChangedAt.Equal(t0) {
		t.Fatalf("story: %+v %v", st, err)
	}
}

func TestListingVisitsFoldByAddress(t *testing.T) {
	s := MustOpen(t)
	for i := range 3 {
		for _, u := range []string{"https://example.org/", "https://example.org/2"} {
			mustRecord(t, s, Result{Visit: Visit{Source: "a", URL: u, Kind: KindListing, At: t0.Add(time.Duration(i) * time.Minute), Outcome: story.Same}})
		}
	}
	if n := rowCount(t, s, "visits"); n != 2 {
		t.Fatalf("found %d rows, expected one an address", n)
	}
	if n := rowCount(t, s, "addresses"); n != 0 {
		t.Fatalf("found %d addresses: a listing is none", n)
	}
}

func TestRemovedAndRestored(t *testing.T) {
	s, ctx := MustOpen(t), t.Context()
	one := firstVersion("a", "1", "x")
	mustRecord(t, s, one)
	gone := sameAs(one, 1, t0.Add(time.Hour))
	gone.Outcome, gone.Reason, gone.StoryStatus = story.Gone, "HTTP 404", story.Removed
	done := mustRecord(t, s, gone)
	if c := done.Change; c.Event != story.EventRemoved || c.From != 1 || c.To != 1 || c.Headline != "x" {
		t.Fatalf("removed: %+v", c)
	}
	if _, err := s.Record(ctx, gone); !errors.Is(err, ErrStale) {
		t.Fatalf("removed again: found %v, expected ErrStale", err)
	}
	st, err := s.Story(ctx, one.Key)
	if err != nil || st.Status != story.Removed || !st.LastSeen.Equal(t0) {
		t.Fatalf("found %+v %v", st, err)
	}
	mustVerify(t, s)

	back := nextVersion(one, 1, "y")
	back.At, back.StoryStatus = t0.Add(3*time.Hour), story.Live
	if c := mustRecord(t, s, back).Change; c.Event != story.EventRestored || c.From != 1 || c.To != 2 || len(c.Fields) != 1 {
		t.Fatalf("restored: %+v", c)
	}
	var events []story.Event
	for _, c := range collectAll(t, s.Changes(ctx, ChangeFilter{Key: one.Key})) {
		events = append(events, c.Event)
	}
	if diff := cmp.Diff([]story.Event{story.EventNew, story.EventRemoved, story.EventRestored}, events); diff != "" {
		t.Fatal(diff)
	}
	mustVerify(t, s)
}

func TestMovedStoryIsRequestedAtOneAddress(t *testing.T) {
	s, ctx := MustOpen(t), t.Context()
	one := firstVersion("a", "1", "x")
	mustRecord(t, s, one)
	moved := sameAs(one, 1, t0.Add(time.Hour))
	moved.URL, moved.FinalURL = "https://example.org/moved/1", ""
	moved.Change = &story.Change{Event: story.EventMoved}
	if c := mustRecord(t, s, moved).Change; c.Event != story.EventMoved || c.From != 1 || c.To != 1 {
		t.Fatalf("found %+v", c)
	}
	due, err := s.Due(ctx, DueFilter{At: t0.Add(100 * time.Hour)})
	if err != nil || len(due) != 1 || due[0].URL != moved.URL || due[0].ID != "1" {
		t.Fatalf("due: %+v %v", due, err)
	}
	for _, ref := range []string{address("1"), moved.URL} {
		if key, err := s.Find(ctx, ref); err != nil || key != one.Key {
			t.Fatalf("%s: %v %v", ref, key, err)
		}
	}
	mustVerify(t, s)
}

func TestStoryOverSeveralPages(t *testing.T) {
	s := MustOpen(t)
	one := firstVersion("a", "1", "x")
	one.Pages = append(one.Pages, Page{URL: address("1") + "?page=2", ContentType: "text/html", Body: []byte("second")}, one.Pages[0])
	mustRecord(t, s, one)
	v, err := s.Latest(t.Context(), one.Key)
	if err != nil || len(v.Pages) != 3 || v.Pages[1].URL != address("1")+"?page=2" || v.Pages[1].Bytes != 6 {
		t.Fatalf("found %+v %v", v.Pages, err)
	}
	if n := rowCount(t, s, "pages"); n != 2 {
		t.Fatalf("found %d pages, expected equal bytes once", n)
	}
	mustVerify(t, s)
}

func TestRecordRefusesWhatIsNoResult(t *testing.T) {
	s := MustOpen(t)
	noKey := firstVersion("a", "1", "x")
	noKey.Key = story.Key{}
	other := firstVersion("a", "1", "x")
	other.Key.Source = "b"
	for _, r := range []Result{{}, noKey, other} {
		if _, err := s.Record(t.Context(), r); err == nil {
			t.Errorf("%+v: expected an error", r.Visit)
		}
	}
}

// TestRecordByManyAtOnce has 16 goroutines record versions of the same few
// stories: each version is written once, by one of them.
func TestRecordByManyAtOnce(t *testing.T) {
	s := MustOpen(t)
	const workers, stories, rounds = 16, 5, 12
	var written atomic.Int64
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() {
			for n := range rounds * stories {
				r := firstVersion("a", fmt.Sprint((n+w)%stories), fmt.Sprintf("round %d", n))
				r.From, r.Change = n/stories, nil
				_, err := s.Record(context.Background(), r)
				switch {
				case err == nil:
					written.Add(1)
				case !errors.Is(err, ErrStale):
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	r := mustVerify(t, s)
	if int64(r.Versions) != written.Load() || r.Stories != stories || r.Changes != r.Versions {
		t.Fatalf("found %+v, acknowledged %d versions", r, written.Load())
	}
}

// TestRecordByTwoStores has two handles on one file, as `crawl` beside `run`.
func TestRecordByTwoStores(t *testing.T) {
	a := MustOpen(t)
	b := mustOpenFile(t, a.path, Options{})
	var group sync.WaitGroup
	var written atomic.Int64
	for i, s := range []*Store{a, a, b, b} {
		group.Go(func() {
			for n := range 100 {
				r := firstVersion("a", fmt.Sprint(n/2), fmt.Sprintf("by %d", i))
				r.From = n % 2
				switch _, err := s.Record(context.Background(), r); {
				case err == nil:
					written.Add(1)
				case !errors.Is(err, ErrStale):
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	r := mustVerify(t, a)
	if int64(r.Versions) != written.Load() || r.Stories != 50 {
		t.Fatalf("found %+v, acknowledged %d versions", r, written.Load())
	}
}

func TestAddReading(t *testing.T) {
	s, ctx := MustOpen(t), t.Context()
	one := firstVersion("a", "1", "x")
	mustRecord(t, s, one)
	again := *one.Reading
	again.Rules, again.Headline = "r2", "X, as read better"
	event := &story.Change{Fields: []story.FieldChange{{Field: "headline", Class: story.Wording, Old: "x", New: again.Headline}}}
	for range 2 {
		if err := s.AddReading(ctx, one.Key, 1, again, event); err != nil {
			t.Fatal(err)
		}
	}
	if n := rowCount(t, s, "readings"); n != 2 {
		t.Fatalf("found %d readings, expected an equal one once", n)
	}
	v, err := s.Latest(ctx, one.Key)
	if err != nil || v.Reading.Headline != again.Headline || v.Number != 1 {
		t.Fatalf("found %+v %v", v, err)
	}
	recorded := collectAll(t, s.Stories(ctx, Filter{AsRecorded: true}))
	if len(recorded) != 1 || recorded[0].Headline != "x" {
		t.Fatalf("as recorded: %+v", recorded)
	}
	if n := len(collectAll(t, s.Changes(ctx, ChangeFilter{}))); n != 1 {
		t.Fatalf("found %d changes, expected a reread to be none", n)
	}
	all := collectAll(t, s.Changes(ctx, ChangeFilter{Reread: true}))
	if len(all) != 2 || all[1].Event != story.EventReread || all[1].From != 1 || all[1].To != 1 {
		t.Fatalf("found %+v", all)
	}
	if err := s.AddReading(ctx, one.Key, 2, again, nil); !errors.Is(err, ErrNotFound) {
		t.Fatalf("found %v, expected ErrNotFound", err)
	}
	mustVerify(t, s)
}
