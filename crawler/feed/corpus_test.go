package feed

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// TestFeedparserCorpus reads the feeds that feedparser is tried on: most of
// them must be read, and none may panic.
func TestFeedparserCorpus(t *testing.T) {
	const dir, least = "../../../shared/data/feeds/feedparser", 2045
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("STAKEOUT_DATA_REQUIRED") == "1" {
			t.Fatal(err)
		}
		t.Skipf("no %s: the feeds to try are not on this machine", dir)
	}
	all, read := 0, 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		all++
		if _, err := Parse("http://feed.example/", body, ""); err == nil {
			read++
		} else if testing.Verbose() {
			t.Logf("%s: %v", path[len(dir)+1:], err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d of %d", read, all)
	if read < least {
		t.Errorf("%d of %d feeds were read, expected %d", read, all, least)
	}
}
