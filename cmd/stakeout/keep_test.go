package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// history is a database with a story in it, taken from lines of JSON.
func historyOf(t *testing.T, headline string) string {
	t.Helper()
	dir := t.TempDir()
	lines := file(t, "v.jsonl", `{"source":"wire","id":"1","url":"https://example.org/1","headline":"`+headline+`","body":["One."],"status":"live","version":1,"first_seen":"2026-04-05T08:00:00Z","last_seen":"2026-04-05T09:00:00Z","changed_at":"2026-04-05T08:00:00Z"}`+"\n")
	db := filepath.Join(dir, "h.db")
	mustRun(t, "--db", db, "import", lines)
	return db
}

func TestBackupAndRestore(t *testing.T) {
	db, other := historyOf(t, "the first"), historyOf(t, "another")
	backup := filepath.Join(t.TempDir(), "b.db")
	mustRun(t, "--db", db, "backup", backup)
	if _, stderr, code := stakeout(t, "--db", db, "backup", backup); code != 1 || !strings.Contains(stderr, "a file already") {
		t.Errorf("over a backup: exit %d, %s", code, stderr)
	}
	if _, stderr, code := stakeout(t, "--db", other, "restore", backup); code != 1 || !strings.Contains(stderr, "--force") {
		t.Errorf("over a database: exit %d, %s", code, stderr)
	}
	mustRun(t, "--db", other, "restore", backup, "--force")
	if got := mustRun(t, "--db", other, "list"); !strings.Contains(got, "the first") {
		t.Errorf("restored: %s", got)
	}
	if got := mustRun(t, "--db", other+".before", "list"); !strings.Contains(got, "another") {
		t.Errorf("moved aside: %s", got)
	}
	broken := file(t, "x.db", "no database")
	if _, _, code := stakeout(t, "--db", other, "restore", broken, "--force"); code != 1 {
		t.Error("what is no backup was restored")
	}
	if got := mustRun(t, "--db", other, "list"); !strings.Contains(got, "the first") {
		t.Errorf("after a refused restore: %s", got)
	}
}

func TestDoctor(t *testing.T) {
	db := historyOf(t, "the first")
	if got := mustRun(t, "--db", db, "doctor"); strings.Count(got, "✓") != 7 {
		t.Errorf("of a healthy one:\n%s", got)
	}
	bad := file(t, "c.yaml", "sources: {a: {}}")
	if stdout, _, code := stakeout(t, "--config", bad, "--db", db, "doctor"); code != 1 || !strings.Contains(stdout, "no start") || !strings.Contains(stdout, "next: ") {
		t.Errorf("of a wrong configuration: exit %d\n%s", code, stdout)
	}
	damaged := filepath.Join(t.TempDir(), "d.db")
	whole, err := os.ReadFile(db)
	if err != nil {
		t.Fatal(err)
	}
	for i := 4096 * 3; i < len(whole) && i < 4096*9; i += 7 {
		whole[i] ^= 0xff
	}
	if err := os.WriteFile(damaged, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if stdout, _, code := stakeout(t, "--db", damaged, "doctor"); code != 1 || !strings.Contains(stdout, "restore") {
		t.Errorf("of a damaged one: exit %d\n%s", code, stdout)
	}
}

func TestSignedHead(t *testing.T) {
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("needs openssl")
	}
	db, dir := historyOf(t, "the first"), t.TempDir()
	key, pub, head := filepath.Join(dir, "k.pem"), filepath.Join(dir, "p.pem"), filepath.Join(dir, "head.json")
	for _, args := range [][]string{{"genpkey", "-algorithm", "ed25519", "-out", key}, {"pkey", "-in", key, "-pubout", "-out", pub}} {
		if out, err := exec.Command(openssl, args...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	signed := mustRun(t, "--db", db, "verify", "--head", "--sign", key)
	if err := os.WriteFile(head, []byte(signed), 0o600); err != nil {
		t.Fatal(err)
	}
	mustRun(t, "--db", db, "verify", "--against", head, "--key", pub)
	if err := os.WriteFile(head, []byte(strings.Replace(signed, `"cursor":1`, `"cursor":0`, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, stderr, code := stakeout(t, "--db", db, "verify", "--against", head, "--key", pub); code != 1 || !strings.Contains(stderr, "signature") {
		t.Errorf("an altered head: exit %d, %s", code, stderr)
	}
}

func TestEvidenceAndStorage(t *testing.T) {
	db := historyOf(t, "the first")
	out := filepath.Join(t.TempDir(), "e.zip")
	mustRun(t, "--db", db, "evidence", "wire/1", "-o", out)
	if b, err := os.ReadFile(out); err != nil || string(b[:2]) != "PK" {
		t.Errorf("evidence: %v", err)
	}
	if got := mustRun(t, "--db", db, "sources", "--storage", "--json"); !strings.Contains(got, `"versions":1`) {
		t.Errorf("storage: %s", got)
	}
}
