//go:build unix

package store

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// asNobody runs this test again as a user who may not write everywhere, since
// root may. It reports whether this is that run.
func asNobody(t *testing.T) bool {
	if os.Getuid() != 0 {
		return true
	}
	dir, err := os.MkdirTemp("", "stakeout-nobody-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	const nobody = 65534
	path := filepath.Join(dir, "test")
	if err := os.WriteFile(path, program, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(dir, nobody, nobody); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "-test.run", "^"+t.Name()+"$", "-test.v")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "TMPDIR="+dir, "HOME="+dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("as nobody: %v\n%s", err, out)
	}
	return false
}

func TestReadOnlyFileAndFolder(t *testing.T) {
	if !asNobody(t) {
		return
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "history.db")
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	mustRecord(t, s, firstVersion("a", "1", "x"))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	chmod := func(path string, mode os.FileMode) {
		t.Helper()
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	refused := func(what string) {
		t.Helper()
		// A reader leaves these where it could make them; with them the file
		// could be written in a folder that can't.
		os.Remove(path + "-wal")
		os.Remove(path + "-shm")
		if _, err := Open(t.Context(), path, Options{}); !errors.Is(err, ErrReadOnly) {
			t.Errorf("%s: found %v, expected ErrReadOnly", what, err)
		}
		r, err := Open(t.Context(), path, Options{ReadOnly: true})
		if err != nil {
			t.Errorf("%s, opened for reading: %v", what, err)
			return
		}
		mustVerify(t, r)
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
	chmod(dir, 0o500)
	refused("folder")
	chmod(path, 0o400)
	refused("file and folder")
	chmod(dir, 0o700)
	refused("file")
	chmod(path, 0o600)
	chmod(dir, 0o500)
	if _, err := Open(t.Context(), filepath.Join(dir, "new.db"), Options{}); !errors.Is(err, ErrReadOnly) {
		t.Errorf("a new file in it: found %v, expected ErrReadOnly", err)
	}
	chmod(dir, 0o700)

	chmod(path, 0)
	if _, err := Open(t.Context(), path, Options{ReadOnly: true}); !errors.Is(err, os.ErrPermission) {
		t.Errorf("unreadable: found %v, expected os.ErrPermission", err)
	}
}
