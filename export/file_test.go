package export

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"stakeout/story"
)

func card(source, id string) story.Story {
	return story.Story{Source: source, ID: id, URL: "https://example.org/" + id, Fields: story.Fields{Headline: id}}
}

// files lists every file below dir.
func files(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	if err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, err := filepath.Rel(dir, path)
			out = append(out, filepath.ToSlash(rel))
			return err
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestFolderHoldsAFileAStory(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	n, err := Folder(dir, ".md", of(nil, card("s", "50193"), card("s", "../../x"), card("t", "50193"), card("t", "50193")), asMarkdown)
	if err != nil || n != 4 {
		t.Fatalf("found %d, %v", n, err)
	}
	got := files(t, dir)
	if len(got) != 3 || got[0] != "s/50193.md" || !strings.HasPrefix(got[1], "s/_") || got[2] != "t/50193.md" {
		t.Errorf("found %q", got)
	}
	content, err := os.ReadFile(filepath.Join(dir, "s/50193.md"))
	if err != nil || string(content) != MarkdownStory(card("s", "50193"), nil) {
		t.Errorf("found %q, %v", content, err)
	}
}

func TestFolderLeavesAloneWhatStaysTheSame(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "s", "1.md")
	long := time.Now().Add(-24 * time.Hour)
	for range 2 {
		if _, err := Folder(dir, ".md", of(nil, card("s", "1")), asMarkdown); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(path); err == nil && info.ModTime().After(long) {
			if err := os.Chtimes(path, long, long); err != nil {
				t.Fatal(err)
			}
		}
	}
	changed := card("s", "1")
	changed.Headline = "another"
	if _, err := Folder(dir, ".md", of(nil, changed), asMarkdown); err != nil {
		t.Fatal(err)
	}
	if content, err := os.ReadFile(path); err != nil || !strings.Contains(string(content), "another") {
		t.Errorf("found %q, %v", content, err)
	}
}

func TestFolderKeepsWhatWasWrittenBeforeAnError(t *testing.T) {
	dir := t.TempDir()
	n, err := Folder(dir, ".md", of(errHistory, card("s", "1")), asMarkdown)
	if n != 1 || !errors.Is(err, errHistory) || len(files(t, dir)) != 1 {
		t.Errorf("found %d, %v, %v", n, err, files(t, dir))
	}
}

func TestFileNamesAreSafeAndApart(t *testing.T) {
	files, seen := newNames(t.TempDir()), map[string]string{}
	ids := []string{"50193", "abc", "ABC", "a/b", "a:b", "a\\b", "..", ".", "", " ", "../../etc/passwd", "/etc/passwd", "CON", "con.txt", "nul", "COM1", "lpt9.md", "COM¹", "CONIN$",
		"-rf", ".hidden", "name.", "name", "name ", "a\x00b", "a\nb", "\u202Efdp.exe", "\xff", strings.Repeat("é", 200), strings.Repeat("é", 201), strings.Repeat("x", 300),
		"https://example.org/news/2026/a-story?id=1", "漢字"}
	for _, id := range ids {
		name := files.of(story.Key{Source: "s", ID: id}, ".md")
		base := strings.TrimPrefix(name, "s/")
		if other, ok := seen[strings.ToLower(name)]; ok {
			t.Errorf("%q and %q are both %s", id, other, name)
		}
		seen[strings.ToLower(name)] = id
		if len(base) > maxName+len(".md") || !utf8.ValidString(base) || strings.ContainsAny(base, "/\\:*?\"<>|\x00\n\u202E") || strings.HasPrefix(base, ".") || !filepath.IsLocal(name) ||
			reserved(strings.TrimSuffix(base, ".md")) {
			t.Errorf("%q: the name %q is not safe", id, name)
		}
	}
	for _, id := range []string{"50193", "a-story_of.2026", "漢字", "name"} {
		if got := files.of(story.Key{Source: "t", ID: id}, ".md"); got != "t/"+id+".md" {
			t.Errorf("%q: found %s, expected it as it is", id, got)
		}
	}
}

func TestFileNamesStayTheSame(t *testing.T) {
	other := newNames(t.TempDir())
	other.of(story.Key{Source: "s", ID: "x"}, ".md")
	key := story.Key{Source: "s", ID: "a/b"}
	if a, b := newNames(t.TempDir()).of(key, ".md"), other.of(key, ".md"); a != b || a != "s/a_b-c14cddc0.md" {
		t.Errorf("found %s and %s", a, b)
	}
}

// Two IDs that differ in case alone keep their files, in whatever order they come
// and however few of them.
func TestFilesOfIDsThatDifferInCase(t *testing.T) {
	dir := t.TempDir()
	for _, ids := range [][]string{{"MW1", "mw1"}, {"mw1", "MW1"}, {"mw1"}, {"MW1"}, {"mW1", "mw1", "MW1"}} {
		var stories []story.Story
		for _, id := range ids {
			stories = append(stories, card("s", id))
		}
		if _, err := Folder(dir, ".md", of(nil, stories...), asMarkdown); err != nil {
			t.Fatal(err)
		}
	}
	got := files(t, dir)
	if len(got) != 3 || got[0] != "s/MW1.md" {
		t.Fatalf("found %q", got)
	}
	for _, name := range got {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if want, _, _ := strings.Cut(strings.TrimSuffix(filepath.Base(name), ".md"), "-"); err != nil || !strings.Contains(string(content), "- **ID**: "+want+"\n") {
			t.Errorf("%s holds %s, %v", name, content, err)
		}
	}
}

func TestWriteFileWholeOrNotAtAll(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "folder", "out.csv")
	say := func(text string, err error) func(io.Writer) error {
		return func(w io.Writer) error {
			fmt.Fprint(w, text)
			return err
		}
	}
	if err := WriteFile(path, say("half", errHistory)); !errors.Is(err, errHistory) || len(files(t, dir)) != 0 {
		t.Fatalf("found %v, and %v left over", err, files(t, dir))
	}
	if err := WriteFile(path, say("first", nil)); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := WriteFile(path, say("half", errHistory)); !errors.Is(err, errHistory) {
		t.Fatal(err)
	}
	if err := WriteFile(path, say("second", nil)); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil || string(content) != "second" || len(files(t, dir)) != 1 {
		t.Errorf("found %q, %v in %v", content, err, files(t, dir))
	}
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("found %v, %v; expected that nobody else may read it still", info.Mode(), err)
	}
	if err := WriteFile(dir, say("x", nil)); err == nil || !strings.Contains(err.Error(), "found a folder") {
		t.Errorf("a folder for a file: %v", err)
	}
}

func TestWriteFileFollowsLinks(t *testing.T) {
	dir := t.TempDir()
	target, link := filepath.Join(dir, "target"), filepath.Join(dir, "link")
	if err := os.WriteFile(target, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, link); err != nil {
		t.Skipf("needs symbolic links: %v", err)
	}
	if err := writeText(link, "new"); err != nil {
		t.Fatal(err)
	}
	info, err := os.Lstat(link)
	content, readErr := os.ReadFile(target)
	if err != nil || readErr != nil || info.Mode()&os.ModeSymlink == 0 || string(content) != "new" {
		t.Errorf("found %v, %v, %q, %v", info.Mode(), err, content, readErr)
	}
}

func TestWriteFileLeavesDevicesInPlace(t *testing.T) {
	if _, err := os.Stat(os.DevNull); err != nil || runtime.GOOS == "windows" {
		t.Skip("needs /dev/null")
	}
	if err := writeText(os.DevNull, "gone"); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(os.DevNull); err != nil || info.Mode().IsRegular() {
		t.Errorf("found %v, %v", info.Mode(), err)
	}
}

func asMarkdown(s story.Story) (string, error) { return MarkdownStory(s, nil), nil }
