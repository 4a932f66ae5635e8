package store

import "testing"

func TestStorage(t *testing.T) {
	s := MustOpen(t)
	if list, err := s.Storage(t.Context()); err != nil || len(list) != 0 {
		t.Fatal(list, err)
	}
	fill(t, s)
	mustRecord(t, s, firstVersion("b", "1", "headline of 1", "first", "second")) // bytes that a has too
	list, err := s.Storage(t.Context())
	if err != nil || len(list) != 2 {
		t.Fatal(list, err)
	}
	a, b := list[0], list[1]
	if a.Stories != 2 || a.Versions != 6 || a.FirstRaw == 0 || a.FurtherRaw == 0 || a.FirstKept == 0 || a.Readings == 0 || a.PerStory() == 0 || a.PerVersion() == 0 {
		t.Errorf("found %+v", a)
	}
	if b.Stories != 1 || b.FirstRaw != 0 || b.PerVersion() != 0 || b.Readings == 0 {
		t.Errorf("found %+v", b)
	}
	if (SourceStorage{}).PerStory() != 0 {
		t.Error("nothing takes something")
	}
}
