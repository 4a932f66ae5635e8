package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
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
	for _, bad := range []string{"DELETE FROM stories", "SELECT nothing FROM nowhere", "UPDATE marks SET note = ''", "PRAGMA writable_schema = 1; DROP TABLE stories"} {
		stakeout(t, "--db", db, "query", bad)
	}
	if got := mustRun(t, "--db", db, "list"); !strings.Contains(got, "the first") {
		t.Errorf("a query altered the history: %s", got)
	}
	mustRun(t, "--db", db, "verify")
}
