package main

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"stakeout/store"
)

// Every recipe runs, as it stands in the documentation.
func TestRecipes(t *testing.T) {
	doc, err := os.ReadFile("../../docs/recipes.md")
	if err != nil {
		t.Fatal(err)
	}
	db := historyOf(t, "the death toll")
	recipes := regexp.MustCompile(`(?m)^ {7,}stakeout (.+)$`).FindAllStringSubmatch(string(doc), -1)
	if len(recipes) != 10 {
		t.Fatalf("found %d recipes, expected 10", len(recipes))
	}
	for _, r := range recipes {
		args := regexp.MustCompile(`"[^"]*"|'[^']*'|\S+`).FindAllString(r[1], -1)
		for i := range args {
			args[i] = strings.Trim(args[i], `"`)
			if strings.HasPrefix(args[i], "'") {
				args[i] = strings.Trim(args[i], "'")
			}
		}
		if _, stderr, code := stakeout(t, append([]string{"--db", db}, args...)...); code != 0 {
			t.Errorf("%s: exit %d, %s", r[1], code, stderr)
		}
	}
}

func TestQuery(t *testing.T) {
	db := historyOf(t, "=the first")
	if got := mustRun(t, "--db", db, "query", "SELECT source, headline, body FROM stories_v"); got != "source,headline,body\r\nwire,'=the first,\"[\"\"One.\"\"]\"\r\n" {
		t.Errorf("as CSV: %q", got)
	}
	if got := mustRun(t, "--db", db, "--json", "query", "SELECT version, hash IS NOT NULL AS hashed, NULL AS n FROM versions_v"); got != `{"version":1,"hashed":1,"n":null}`+"\n" {
		t.Errorf("as JSON: %q", got)
	}
	if got := mustRun(t, "--db", db, "query", "SELECT id, headline FROM stories_v WHERE id = 'none'; -- nothing"); got != "id,headline\r\n" {
		t.Errorf("nothing as CSV: %q", got)
	}
}

// A query can't write, neither to the history nor beside it.
func TestQueryOnlyReads(t *testing.T) {
	db := historyOf(t, "the first")
	dir := t.TempDir()
	beside := filepath.ToSlash(filepath.Join(dir, "beside.db"))
	for query, want := range map[string]string{
		"DELETE FROM stories":                            "can only be read",
		"UPDATE marks SET note = ''":                     "can only be read",
		"PRAGMA writable_schema = 1; DROP TABLE stories": "expected one query",
		"/* SELECT */ ATTACH '" + beside + "' AS x":      `found "ATTACH"`,
		"VACUUM INTO '" + beside + "'":                   `found "VACUUM"`,
		"SELECT 1; ATTACH '" + beside + "' AS x":         "expected one query",
		"WITH x AS (SELECT 1) DELETE FROM stories":       "readonly",
		"SELECT load_extension('" + beside + "')":        "not authorized",
		"SELECT 1 FROM nowhere":                          "no such table",
		" ;; -- nothing\n":                               "found nothing",
		"CREATE TEMP TABLE t AS SELECT 1":                `found "CREATE"`,
		"SELECT 'a;b', \"c;d\", [e;f] -- ;\n; SELECT 2":  `found "SELECT 2"`,
		"EXPLAIN ATTACH 'x' AS y; ATTACH 'x' AS y":       "expected one query",
		"SELECT writefile('" + beside + "', 'x')":        "no such function",
	} {
		if _, stderr, code := stakeout(t, "--db", db, "query", query); code == statusDone || !strings.Contains(stderr, want) {
			t.Errorf("%s: exit %d, %s; expected %s", query, code, stderr, want)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("a query wrote %v, %v", left, err)
	}
	if got := mustRun(t, "--db", db, "list"); !strings.Contains(got, "the first") {
		t.Errorf("a query altered the history: %s", got)
	}
	mustRun(t, "--db", db, "verify")
}

// What the store keeps a query from, whatever it says.
func TestSQLIsConfined(t *testing.T) {
	db, err := store.Open(t.Context(), historyOf(t, "the first"), store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	beside := filepath.ToSlash(filepath.Join(t.TempDir(), "beside.db"))
	for _, query := range []string{"ATTACH '" + beside + "' AS x", "VACUUM INTO '" + beside + "'", "PRAGMA query_only = 0; DELETE FROM stories"} {
		if err := db.SQL(t.Context(), query, func([]string, []any) error { return nil }); err == nil {
			t.Errorf("%s: expected an error", query)
		}
	}
	if _, err := os.Stat(beside); err == nil {
		t.Error("a query wrote beside the history")
	}
}

func TestQueryIsInterrupted(t *testing.T) {
	db, err := store.Open(t.Context(), historyOf(t, "the first"), store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	const endless = "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM t) SELECT count(*) FROM t"
	if err := db.SQL(ctx, endless, func([]string, []any) error { return nil }); err == nil {
		t.Error("expected that it ends with its context")
	}
}

func TestQueryThatTakesTooMuchMemory(t *testing.T) {
	if residentBytes() == 0 {
		t.Skip("only Linux tells how much memory a program holds")
	}
	db, err := store.Open(t.Context(), historyOf(t, "the first"), store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	ctx, stop := withinMemory(t.Context(), residentBytes()+64<<20)
	defer stop()
	const endless = "WITH RECURSIVE t(n, s) AS (SELECT 1, '' UNION ALL SELECT n+1, hex(zeroblob(100000)) || n FROM t) SELECT n FROM t ORDER BY s"
	if err := db.SQL(ctx, endless, func([]string, []any) error { return nil }); err == nil || !strings.Contains(context.Cause(ctx).Error(), "memory") {
		t.Errorf("%v, %v; expected that it ends for want of memory", err, context.Cause(ctx))
	}
	if held := residentBytes(); held > 1<<30 {
		t.Errorf("%d MB were held", held>>20)
	}
}

// The views have the columns that docs/recipes.md lists.
func TestViewsKeepTheirColumns(t *testing.T) {
	doc, err := os.ReadFile("../../docs/recipes.md")
	if err != nil {
		t.Fatal(err)
	}
	db := historyOf(t, "the first")
	listed := regexp.MustCompile("(?m)^\\| `(\\w+_v)` \\| (.+) \\|$").FindAllStringSubmatch(string(doc), -1)
	if len(listed) != 5 {
		t.Fatalf("found %d views, expected 5", len(listed))
	}
	for _, view := range listed {
		want := strings.Join(strings.Split(view[2], ", "), ",")
		got, _, _ := strings.Cut(mustRun(t, "--db", db, "query", "SELECT * FROM "+view[1]), "\r\n")
		if got != want {
			t.Errorf("%s: found the columns\n%s, documented are\n%s", view[1], got, want)
		}
	}
}
