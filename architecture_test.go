package stakeout_test

import (
	"go/build"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// bans say what a package must not import, and why.
var bans = []struct{ pkg, banned, why string }{
	{"story", "stakeout/", "the domain's words stand below everything"},
	{"story", "net/http", "stories are told without HTTP"},
	{"story", "database/sql", "stories are told without SQL"},
	{"scheduler", "stakeout/", "when to look is decided without knowing what a page means"},
	{"scheduler", "github.com/riverqueue/", "only the engine that runs on River needs it"},
	{"collect", "github.com/riverqueue/", "rounds are run by whichever engine"},
	{"collect", "stakeout/scheduler/river", "rounds are run by whichever engine"},
	{"weburl", "stakeout/", "addresses are judged alike by everyone"},
	{"extract", "net/http", "reading is pure, so that history can be read again"},
	{"extract", "database/sql", "reading is pure"},
	{"extract", "stakeout/crawler", "a page is read however it came"},
	{"extract", "stakeout/store", "a page is read wherever it is kept"},
	{"extract", "stakeout/configs", "rules come in compiled"},
	{"extract/prose", "stakeout/extract", "the reader of text stands below the reader of pages"},
	{"extract/wall", "stakeout/crawler", "walls are told from the page"},
	{"change", "net/http", "judging is pure, so that it can be scored offline"},
	{"change", "database/sql", "judging is pure"},
	{"change", "golang.org/x/net/html", "judging compares readings, not pages"},
	{"change", "stakeout/extract", "judging compares readings, however they were made"},
	{"configs", "net/http", "the configuration is checked offline"},
	{"configs", "stakeout/store", "the configuration is checked without a database"},
	{"configs", "stakeout/crawler", "the configuration is checked offline"},
	{"crawler", "stakeout/store", "fetching knows nothing of the history"},
	{"crawler", "stakeout/change", "fetching knows nothing of edits"},
	{"store", "stakeout/crawler", "the history knows nothing of the network"},
	{"store", "stakeout/extract", "the history knows nothing of HTML"},
	{"store", "stakeout/configs", "the history outlives its configuration"},
	{"export", "stakeout/store", "formats read iterators, from wherever"},
	{"export", "net/http", "formats are written offline"},
	{"archive", "stakeout/", "archives are read without knowing what their pages mean"},
	{"jsonpath", "stakeout/", "paths lead into JSON, whatever it is of"},
	{"newsroom", "stakeout/", "the watched site knows nothing of its watcher"},
}

func TestImportsPointOneWay(t *testing.T) {
	for _, ban := range bans {
		pkg, err := build.ImportDir(filepath.FromSlash(ban.pkg), 0)
		if err != nil {
			t.Errorf("package %s: %v", ban.pkg, err)
			continue
		}
		for _, imported := range pkg.Imports {
			if imported == ban.banned || strings.HasPrefix(imported, strings.TrimSuffix(ban.banned, "/")+"/") {
				t.Errorf("%s imports %s: %s", ban.pkg, imported, ban.why)
			}
		}
	}
}

// The table of packages in the documentation has every package there is.
func TestArchitectureNamesEveryPackage(t *testing.T) {
	doc, err := os.ReadFile("docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !e.IsDir() || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		if _, err := build.ImportDir(e.Name(), 0); err != nil {
			continue // a folder without Go code
		}
		if !strings.Contains(string(doc), "`"+e.Name()+"`") {
			t.Errorf("docs/architecture.md doesn't name package %s", e.Name())
		}
	}
}
