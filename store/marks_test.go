package store

import (
	"slices"
	"testing"
)

func TestMarks(t *testing.T) {
	s := MustOpen(t)
	fill(t, s)
	ctx := t.Context()
	if err := s.PutMark(ctx, ChangeMark{Cursor: 5, Starred: true, Note: "look <again>"}); err != nil {
		t.Fatal(err)
	}
	if err := s.SeeUpto(ctx, 3); err != nil {
		t.Fatal(err)
	}
	if err := s.SeeUpto(ctx, 2); err != nil { // never back
		t.Fatal(err)
	}
	marks, err := s.Marks(ctx, []int64{1, 3, 4, 5})
	if err != nil || !marks[1].Seen || !marks[3].Seen || marks[4].Seen || !marks[5].Starred || marks[5].Note != "look <again>" || marks[5].Seen {
		t.Errorf("found %+v, %v", marks, err)
	}
	if starred, err := s.Starred(ctx, 9); err != nil || !slices.Equal(starred, []int64{5}) {
		t.Errorf("starred %v, %v", starred, err)
	}
	for _, f := range []SavedFilter{{"b", "class:fact"}, {"a", "class:typo"}, {"a", "tag:x"}, {"b", ""}} {
		if err := s.SaveFilter(ctx, f); err != nil {
			t.Fatal(err)
		}
	}
	if saved, err := s.SavedFilters(ctx); err != nil || !slices.Equal(saved, []SavedFilter{{"a", "tag:x"}, {"f", "x"}}) {
		t.Errorf("saved %v, %v", saved, err)
	}
	mustVerify(t, s) // marks are no part of what is proved
}
