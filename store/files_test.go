//go:build unix

package store

import (
	"errors"
	"os"
	"syscall"
	"testing"
)

// Where no further file can be opened, as in a program with thousands of connections,
// that is what is said, and what was on record is there once some are closed.
func TestTooManyOpenFiles(t *testing.T) {
	sqliteOnly(t, "a server's connections fail otherwise")
	s := MustOpen(t)
	mustRecord(t, s, firstVersion("a", "1", "one"))
	mustRecord(t, s, firstVersion("a", "2", "two"))
	s.read.db.SetMaxIdleConns(0) // each query opens the file anew
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &before); err != nil {
		t.Fatal(err)
	}
	few := before
	few.Cur = min(before.Cur, 256)
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &few); err != nil {
		t.Fatal(err)
	}
	var open []*os.File
	for {
		f, err := os.Open(os.DevNull)
		if err != nil {
			break
		}
		open = append(open, f)
	}
	_, err := s.Verify(t.Context())
	for _, f := range open {
		f.Close()
	}
	if limitErr := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &before); limitErr != nil {
		t.Fatal(limitErr)
	}
	if !errors.Is(err, ErrTooMany) {
		t.Errorf("found %v, expected ErrTooMany", err)
	}
	if r := mustVerify(t, s); r.Versions != 2 {
		t.Errorf("%d versions, expected 2", r.Versions)
	}
}
