package terminal

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"stakeout/story"
)

func noEnv(string) string { return "" }

func TestSafeTakesAwayWhatATerminalObeys(t *testing.T) {
	for in, want := range map[string]string{
		"plain é 日本": "plain é 日本", "a\x1b[2Jb": "a[2Jb", "a\x07b\x00c": "abc", "a\nb\tc": "a b c",
		"a\u202Eb\u2066c": "abc", "a\u009bb": "ab",
	} {
		if got := Safe(in); got != want {
			t.Errorf("%q: found %q, expected %q", in, got, want)
		}
	}
}

func TestCutAndPadCountColumns(t *testing.T) {
	if got := Cut("Regulators delayed it", 12); got != "Regulators…" {
		t.Errorf("found %q", got)
	}
	if got := Cut("日本語の見出し", 7); got != "日本語…" {
		t.Errorf("found %q", got)
	}
	if got := Pad("日本", 6); got != "日本  " {
		t.Errorf("found %q", got)
	}
}

func TestWordsWithoutColour(t *testing.T) {
	s := New(&bytes.Buffer{}, noEnv)
	words := []story.Word{{Op: story.Kept, Text: "guild's "}, {Op: story.Dropped, Text: "11,500"}, {Op: story.Inserted, Text: "11,900"}, {Op: story.Kept, Text: " members"}}
	if got := s.Words(words, 0); got != "guild's [-11,500-] {+11,900+} members" {
		t.Errorf("found %q", got)
	}
	long := strings.Repeat("word ", 60)
	words[0].Text = long
	if got := s.Words(words, 20); !strings.HasPrefix(got, "… word") || len(got) > 120 {
		t.Errorf("found %q", got)
	}
}

// Colour never speaks alone: a coloured diff is struck through and underlined.
func TestWordsInColour(t *testing.T) {
	s := &Screen{w: &bytes.Buffer{}, colour: true}
	got := s.Words([]story.Word{{Op: story.Dropped, Text: "12"}, {Op: story.Inserted, Text: "14"}}, 0)
	if got != "\x1b[9;31m12\x1b[0m \x1b[4;32m14\x1b[0m" {
		t.Errorf("found %q", got)
	}
}

func TestFieldChangeShapes(t *testing.T) {
	s := New(&bytes.Buffer{}, noEnv)
	for _, c := range []struct {
		change story.FieldChange
		want   string
	}{
		{story.FieldChange{Field: "tags", IsList: true, OldList: []string{"a", "b"}, NewList: []string{"b", "c"}}, "[-a-], b, {+c+}"},
		{story.FieldChange{Field: "body", New: "A paragraph."}, "{+A paragraph.+}"},
		{story.FieldChange{Field: "body", Old: "Evil \x1b[2J"}, "[-Evil [2J-]"},
		{story.FieldChange{Field: "body", Class: story.Reordered, Old: "Moved.", New: "Moved."}, "Moved."},
	} {
		if got := s.FieldChange(c.change, 0); got != c.want {
			t.Errorf("found %q, expected %q", got, c.want)
		}
	}
}

func TestEventSaysWhatHappened(t *testing.T) {
	s := New(&bytes.Buffer{}, noEnv)
	at := time.Date(2026, 4, 5, 8, 43, 0, 0, time.Local)
	before := at.Add(-23 * time.Minute)
	got := s.Event(story.Change{ID: "50193", Event: story.EventChanged, From: 1, To: 2, At: at, SeenBefore: &before, Classes: []story.Class{story.Fact},
		Fields: []story.FieldChange{{Field: "body", Class: story.Fact, Words: []story.Word{{Op: story.Dropped, Text: "12"}, {Op: story.Inserted, Text: "14"}}}}}, "WGA strikes deal")
	want := "  fact        50193     WGA strikes deal   v1 → v2, silent, 08:20–08:43\n             [-12-] {+14+}\n"
	if got != want {
		t.Errorf("found\n%q, expected\n%q", got, want)
	}
}

func TestNoProgressWhereNobodyWatches(t *testing.T) {
	var b bytes.Buffer
	p := NewProgress(New(&b, noEnv))
	p.Set("whisperx", 1, 2, "words")
	p.Print("a line")
	p.End()
	if b.String() != "a line\n" {
		t.Errorf("found %q", b.String())
	}
}
