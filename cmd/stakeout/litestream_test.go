package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// A history that Litestream copies while it is crawled comes back whole, with what
// the last crawl recorded.
func TestLitestream(t *testing.T) {
	litestream, err := exec.LookPath("litestream")
	if err != nil {
		t.Skip("needs Litestream: go install github.com/benbjohnson/litestream/cmd/litestream@v0.3.13")
	}
	s := newStreet(t, 8)
	mustRun(t, s.args("crawl")...)
	replica := "file://" + filepath.Join(t.TempDir(), "replica")
	cmd := exec.Command(litestream, "replicate", s.db, replica)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for range 4 {
		for i := range s.versions {
			s.edit(i)
		}
		time.Sleep(500 * time.Millisecond)
		mustRun(t, s.args("crawl")...)
	}
	recorded := s.whole(t, "under Litestream")
	time.Sleep(3 * time.Second) // it copies each second
	_ = cmd.Process.Signal(os.Interrupt)
	if err := cmd.Wait(); err != nil {
		t.Logf("litestream: %v", err)
	}
	s.db = filepath.Join(t.TempDir(), "restored.db")
	if out, err := exec.Command(litestream, "restore", "-o", s.db, replica).CombinedOutput(); err != nil {
		t.Fatalf("restore: %v\n%s\n%s", err, out, said.String())
	}
	restored := s.whole(t, "restored")
	for v := range recorded {
		if !restored[v] {
			t.Errorf("not restored: %s", v)
		}
	}
	s.current(t, "restored")
}
