package export

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"stakeout/story"
)

var errHistory = errors.New("the history broke off")

// of yields items, then the error where there is one.
func of[T any](err error, items ...T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, item := range items {
			if !yield(item, nil) {
				return
			}
		}
		if err != nil {
			var none T
			yield(none, err)
		}
	}
}

// hostile is a story whose every text means harm to some format.
func hostile() story.Story {
	at := time.Date(2026, 4, 4, 21, 26, 49, 0, time.FixedZone("", 2*3600))
	return story.Story{Source: "s", ID: "../../x", URL: "https://example.org/1", Version: 2, Status: story.Live, FirstSeen: &at,
		Fields: story.Fields{
			Headline: `=HYPERLINK("http://evil")`, Body: []string{"-1 + \"1\", a;b", "@cmd\ttab", "naïve — 漢字 \u202Eevil", "\uFF1D1+1"},
			Authors: []string{"+Ann", "Bob, Jr."}, Publisher: "A\r\nB", Tags: []string{"a", "=b"}, Published: "2026-04-04",
			Metadata: map[string]string{"links": "https://a\nhttps://b", "Desk": "City", "Another": "x"},
		}}
}

func hostileChange() story.Change {
	one := 1
	return story.Change{Source: "s", ID: "1", Event: story.EventChanged, From: 1, To: 2, At: time.Date(2026, 4, 4, 0, 0, 0, 0, time.UTC), Cursor: 7,
		Classes: []story.Class{story.Fact, story.Metadata}, Headline: "h", URL: "https://example.org/1",
		Fields: []story.FieldChange{
			{Field: "body", Class: story.Fact, At: &one, Old: "12\ndead", New: "=14 dead", Words: []story.Word{{Op: story.Dropped, Text: "12\ndead"}, {Op: story.Inserted, Text: "=14 dead"}}},
			{Field: "tags", Class: story.Metadata, IsList: true, OldList: []string{"a"}, NewList: []string{"a", "b"}},
		}}
}

// wantCells are what a reader of CSV finds of the hostile story.
func wantCells() []string {
	return []string{"s", "../../x", "2", "live", "https://example.org/1", `'=HYPERLINK("http://evil")`,
		"'-1 + \"1\", a;b\n\n@cmd\ttab\n\nnaïve — 漢字 \u202Eevil\n\n\uFF1D1+1", "'+Ann; Bob, Jr.", "A\r\nB", "", "a; =b", "", "2026-04-04", "", "",
		"Another: x; Desk: City", "2026-04-04T19:26:49Z", "", ""}
}

func TestStoriesCSVReadsBack(t *testing.T) {
	var out bytes.Buffer
	if err := StoriesCSV(&out, false, of(nil, hostile(), story.Story{Source: "s", ID: "2"})); err != nil {
		t.Fatal(err)
	}
	if first, _, _ := strings.Cut(out.String(), "\r\n"); first != strings.Join(storyColumns, ",") {
		t.Errorf("the header is %q", first)
	}
	rows, err := csv.NewReader(&out).ReadAll()
	if err != nil || len(rows) != 3 {
		t.Fatalf("found %d rows, %v", len(rows), err)
	}
	want := wantCells()
	want[8] = "A\nB" // Go's reader takes returns away
	if !slices.Equal(rows[1], want) {
		t.Errorf("found    %q\nexpected %q", rows[1], want)
	}
	for i, cell := range rows[2][4:] {
		if cell != "" {
			t.Errorf("what is unknown is empty, found %q in %s", cell, storyColumns[i+4])
		}
	}
}

func TestStoriesCSVReadsBackInPython(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("needs python3")
	}
	var out bytes.Buffer
	if err := StoriesCSV(&out, false, of(nil, hostile())); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(python, "-c", "import csv, io, json, sys\n"+
		"text = io.TextIOWrapper(sys.stdin.buffer, encoding='utf-8', newline='')\n"+
		"print(json.dumps(list(csv.reader(text, strict=True))))")
	cmd.Stdin = &out
	answer, err := cmd.Output()
	var rows [][]string
	if err != nil || json.Unmarshal(answer, &rows) != nil || len(rows) != 2 {
		t.Fatalf("found %s, %v", answer, err)
	}
	if want := wantCells(); !slices.Equal(rows[1], want) {
		t.Errorf("found    %q\nexpected %q", rows[1], want)
	}
}

func TestChangesCSV(t *testing.T) {
	var out bytes.Buffer
	if err := ChangesCSV(&out, false, of(nil, hostileChange(), story.Change{Source: "s", ID: "2", Event: story.EventNew, To: 1})); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&out).ReadAll()
	if err != nil || len(rows) != 4 {
		t.Fatalf("found %d rows, %v; expected a header, one a field, one of the new story", len(rows), err)
	}
	head := []string{"7", "s", "1", "changed", "1", "2", "2026-04-04T00:00:00Z", "", "false", "fact; metadata", "", "https://example.org/1", "h"}
	for i, want := range [][]string{
		changeColumns,
		slices.Concat(head, []string{"body", "fact", "1", "", "12\ndead", "'=14 dead"}),
		slices.Concat(head, []string{"tags", "metadata", "", "", "a", "a; b"}),
		{"0", "s", "2", "new", "0", "1", "", "", "false", "", "", "", "", "", "", "", "", "", ""},
	} {
		if !slices.Equal(rows[i], want) {
			t.Errorf("row %d: found %q\nexpected %q", i, rows[i], want)
		}
	}
}

func TestJSONLReadsBack(t *testing.T) {
	var out bytes.Buffer
	if err := JSONL(&out, of(nil, hostile(), hostile())); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	var back story.Story
	if err := json.Unmarshal([]byte(lines[0]), &back); err != nil || len(lines) != 2 || back.Headline != hostile().Headline || !slices.Equal(back.Body, hostile().Body) {
		t.Errorf("found %s, %v", lines, err)
	}
	out.Reset()
	if err := JSONL(&out, of(nil, hostileChange())); err != nil {
		t.Fatal(err)
	}
	var change story.Change
	if err := json.Unmarshal(out.Bytes(), &change); err != nil || change.Fields[0].New != "=14 dead" || len(change.Fields[1].NewList) != 2 {
		t.Errorf("found %+v, %v", change, err)
	}
}

// failing is a writer whose reader goes away after some bytes.
type failing struct{ left int }

func (f *failing) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, io.ErrClosedPipe
	}
	return len(p), nil
}

func TestWritersTellWhatBrokeOff(t *testing.T) {
	many := slices.Repeat([]story.Story{hostile()}, 1000)
	for i := range many {
		many[i].ID = fmt.Sprint(i)
	}
	for name, write := range map[string]func(io.Writer, iter.Seq2[story.Story, error]) error{
		"jsonl": JSONL[story.Story], "csv": func(w io.Writer, s iter.Seq2[story.Story, error]) error { return StoriesCSV(w, true, s) },
		"parquet": StoriesParquet, "xlsx": StoriesXLSX,
		"atom": func(w io.Writer, s iter.Seq2[story.Story, error]) error { return StoriesAtom(w, Feed{}, s) },
		"stix": func(w io.Writer, s iter.Seq2[story.Story, error]) error { return StoriesSTIX(w, Clear, s) },
		"misp": func(w io.Writer, s iter.Seq2[story.Story, error]) error { return StoriesMISP(w, Clear, s) },
		"md":   func(w io.Writer, s iter.Seq2[story.Story, error]) error { return Markdown(w, s, inUTC) },
	} {
		if err := write(io.Discard, of(errHistory, hostile())); !errors.Is(err, errHistory) {
			t.Errorf("%s: found %v, expected the history's error", name, err)
		}
		if err := write(&failing{left: 5000}, of(nil, many...)); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("%s: found %v, expected the writer's error", name, err)
		}
		if err := write(io.Discard, of[story.Story](nil)); err != nil {
			t.Errorf("%s of nothing: %v", name, err)
		}
	}
}

func inUTC(string) *time.Location { return nil }

// sharedFile reads a file of the shared folder beside the repository.
func sharedFile(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("../../shared", name))
	if err != nil {
		if os.Getenv("STAKEOUT_DATA_REQUIRED") == "1" {
			t.Fatal(err)
		}
		t.Skipf("needs ../shared/%s beside the repository: %v", name, err)
	}
	return string(content)
}
