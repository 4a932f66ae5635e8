package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"stakeout/story"
)

// alike are the stories that may be copies of one.
func alike(t *testing.T, s *Store, source, id string) []string {
	t.Helper()
	list, err := s.Alike(t.Context(), story.Key{Source: source, ID: id})
	if err != nil {
		t.Fatal(err)
	}
	out := []string{}
	for _, st := range list {
		out = append(out, st.Key().String())
	}
	return out
}

// reports are a text of its own, of so many sentences.
func reports(about string, n int) []string {
	var out []string
	for i := range n {
		var words []string
		for k := range 14 {
			words = append(words, fmt.Sprintf("%s%d", about, 100*i+k))
		}
		out = append(out, strings.Join(words, " ")+".")
	}
	return out
}

func TestAlike(t *testing.T) {
	s := MustOpen(t)
	fire := reports("fire", 20)
	wire := firstVersion("wire", "1", "Fire", fire...)
	mustRecord(t, s, wire)
	mustRecord(t, s, firstVersion("paper", "1", "Fire in town", append(reports("house", 2), fire[:12]...)...))
	mustRecord(t, s, firstVersion("paper", "2", "Flood", reports("flood", 20)...))
	mustRecord(t, s, firstVersion("wire", "2", "Fire once more", fire...)) // of its own source
	late := firstVersion("gazette", "1", "Soon more", reports("flood", 2)...)
	mustRecord(t, s, late)
	if got := alike(t, s, "wire", "1"); !slices.Equal(got, []string{"paper/1"}) {
		t.Errorf("got %v", got)
	}
	for query, want := range map[story.Key][]string{{Source: "paper", ID: "1"}: {"wire/2", "wire/1"}, {Source: "paper", ID: "2"}: {"gazette/1"}, {Source: "none", ID: "1"}: {}} {
		if got := alike(t, s, query.Source, query.ID); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", query, got, want)
		}
	}
	// The index follows the latest text, in the transaction that records it.
	mustRecord(t, s, nextVersion(late, 1, "Fire", fire...))
	if got := alike(t, s, "wire", "1"); !slices.Equal(got, []string{"gazette/1", "paper/1"}) {
		t.Errorf("after an edit: got %v", got)
	}
	mustRecord(t, s, nextVersion(wire, 1, "Ferry", reports("ferry", 20)...))
	if got := alike(t, s, "wire", "1"); len(got) != 0 {
		t.Errorf("after a rewrite: got %v", got)
	}
	if err := s.AddReading(t.Context(), wire.Key, 1, story.Reading{Fields: story.Fields{Body: fire}}, nil); err != nil {
		t.Fatal(err)
	}
	if got := alike(t, s, "wire", "1"); len(got) != 0 {
		t.Errorf("another reading of an earlier version: got %v", got)
	}
	if err := s.AddReading(t.Context(), wire.Key, 2, story.Reading{Fields: story.Fields{Body: fire}}, nil); err != nil {
		t.Fatal(err)
	}
	if got := alike(t, s, "wire", "1"); !slices.Equal(got, []string{"gazette/1", "paper/1"}) {
		t.Errorf("another reading of the latest version: got %v", got)
	}
}

// A text that stands under all stories of a source makes no copies of them.
func TestAlikeLeavesOutWhatASourceSaysEverywhere(t *testing.T) {
	s := MustOpen(t)
	notice := reports("cookie", 15)
	for n := range 3 * commonAt {
		for _, source := range []string{"a", "b"} {
			mustRecord(t, s, firstVersion(source, fmt.Sprint(n), "x", slices.Concat(notice, reports(source+strings.Repeat("x", n), 5))...))
		}
	}
	if got := alike(t, s, "a", "0"); len(got) != 0 {
		t.Errorf("got %v", got)
	}
}

func TestARecordThatFailsLeavesNoSketch(t *testing.T) {
	s := MustOpen(t)
	one := firstVersion("a", "1", "Fire", reports("fire", 9)...)
	mustRecord(t, s, one)
	before := rowsOf(t, s)
	two := nextVersion(one, 2, "Flood", reports("flood", 9)...)
	if _, err := s.Record(t.Context(), two); err == nil {
		t.Fatal("a version judged against one that isn't there was recorded")
	}
	if after := rowsOf(t, s); !slices.Equal(after, before) {
		t.Error("the index of copies knows a version that was not recorded")
	}
}
