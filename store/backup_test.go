package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func TestBackupWhileRecording(t *testing.T) {
	sqliteOnly(t, "a server is backed up by pg_dump")
	s := MustOpen(t)
	fill(t, s)
	kept, err := s.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		for n := 0; ctx.Err() == nil; n++ {
			if _, err := s.Record(context.Background(), firstVersion("b", fmt.Sprint(n), "x")); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	path := filepath.Join(t.TempDir(), "backup.db")
	if err := s.Backup(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	copied := mustOpenFile(t, path, Options{})
	mustVerify(t, copied)
	if problem, err := copied.Against(t.Context(), kept); problem != "" || err != nil {
		t.Fatalf("the copy does not go on from the head: %q %v", problem, err)
	}
	mustRecord(t, copied, firstVersion("c", "1", "a copy can be written on"))
	if err := s.Backup(t.Context(), path); !errors.Is(err, fs.ErrExist) {
		t.Fatalf("found %v, expected fs.ErrExist", err)
	}
	if _, err := os.Stat(path + ".part"); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("a part is left: %v", err)
	}
	if err := s.Backup(t.Context(), filepath.Join(t.TempDir(), "no", "backup.db")); err == nil {
		t.Fatal("a folder that is missing: expected an error")
	}
}
