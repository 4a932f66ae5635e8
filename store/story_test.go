package store

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stakeout/story"
)

func TestStoriesAndVersionsInOrder(t *testing.T) {
	s, ctx := MustOpen(t), t.Context()
	for i, source := range []string{"b", "a"} {
		for _, id := range []string{"2", "1"} {
			one := firstVersion(source, id, fmt.Sprintf("%s/%s v1", source, id))
			mustRecord(t, s, one)
			two := nextVersion(one, 1, fmt.Sprintf("%s/%s v2", source, id))
			two.At = t0.Add(time.Duration(10-i) * time.Hour)
			mustRecord(t, s, two)
		}
	}
	headlines := func(seq func(func(story.Story, error) bool)) []string {
		out := []string{}
		for _, st := range collectAll(t, seq) {
			out = append(out, st.Headline)
		}
		return out
	}
	for _, c := range []struct {
		name string
		got  []string
		want []string
	}{
		{"stories", headlines(s.Stories(ctx, Filter{})), []string{"b/1 v2", "b/2 v2", "a/1 v2", "a/2 v2"}},
		{"of a source", headlines(s.Stories(ctx, Filter{Source: "a"})), []string{"a/1 v2", "a/2 v2"}},
		{"limited", headlines(s.Stories(ctx, Filter{Limit: 1})), []string{"b/1 v2"}},
		{"since", headlines(s.Stories(ctx, Filter{Since: t0.Add(10 * time.Hour)})), []string{"b/1 v2", "b/2 v2"}},
		{"since later", headlines(s.Stories(ctx, Filter{Since: t0.Add(11 * time.Hour)})), []string{}},
		{"versions", headlines(s.Versions(ctx, Filter{Source: "a"})), []string{"a/1 v1", "a/1 v2", "a/2 v1", "a/2 v2"}},
		{"versions since", headlines(s.Versions(ctx, Filter{Source: "a", Since: t0.Add(time.Hour)})), []string{"a/2 v2", "a/1 v2"}},
	} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
	for st, err := range s.Stories(ctx, Filter{}) { // stopping early gives the connection back
		if err != nil || st.Via != nil {
			t.Fatal(st, err)
		}
		break
	}
	if n := s.stream.db.Stats().InUse; n != 0 {
		t.Fatalf("%d connections are in use", n)
	}
}

func TestStoryAtWhatIsNotThere(t *testing.T) {
	s := MustOpen(t)
	mustRecord(t, s, firstVersion("a", "1", "x"))
	for _, c := range []struct {
		key    story.Key
		number int
	}{{story.Key{Source: "a", ID: "1"}, 2}, {story.Key{Source: "a", ID: "2"}, 0}, {story.Key{Source: "b", ID: "1"}, 1}} {
		if _, err := s.StoryAt(t.Context(), c.key, c.number); !errors.Is(err, ErrNotFound) {
			t.Errorf("%+v: found %v, expected ErrNotFound", c, err)
		}
	}
	if _, err := s.Latest(t.Context(), story.Key{Source: "a", ID: "2"}); !errors.Is(err, ErrNotFound) {
		t.Errorf("found %v, expected ErrNotFound", err)
	}
	if _, err := s.PageBody(t.Context(), "no hash"); !errors.Is(err, ErrNotFound) {
		t.Errorf("found %v, expected ErrNotFound", err)
	}
}

func TestChangesFiltered(t *testing.T) {
	s, ctx := MustOpen(t), t.Context()
	for _, source := range []string{"a", "b"} {
		one := firstVersion(source, "1", "x")
		mustRecord(t, s, one)
		mustRecord(t, s, nextVersion(one, 1, "y"))
	}
	for _, c := range []struct {
		filter ChangeFilter
		want   []int64
	}{
		{ChangeFilter{}, []int64{1, 2, 3, 4}},
		{ChangeFilter{Newest: true, Limit: 3}, []int64{4, 3, 2}},
		{ChangeFilter{After: 2}, []int64{3, 4}},
		{ChangeFilter{After: 4}, []int64{}},
		{ChangeFilter{Source: "b"}, []int64{3, 4}},
		{ChangeFilter{Key: story.Key{Source: "a", ID: "1"}}, []int64{1, 2}},
		{ChangeFilter{Key: story.Key{Source: "a", ID: "2"}}, []int64{}},
		{ChangeFilter{Class: story.Fact}, []int64{2, 4}},
		{ChangeFilter{Class: story.Typo}, []int64{}},
		{ChangeFilter{Since: t0.Add(time.Hour)}, []int64{2, 4}},
	} {
		got := []int64{}
		for _, ch := range collectAll(t, s.Changes(ctx, c.filter)) {
			got = append(got, ch.Cursor)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%+v: %s", c.filter, diff)
		}
	}
}
