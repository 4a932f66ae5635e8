package export

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
)

// WriteFile writes a file whole or not at all: beside it first, then moved into
// its place. Its folders are made where they are missing. What a link leads to
// is written, not the link; what is no file, such as a pipe, is written as it
// comes.
func WriteFile(path string, write func(io.Writer) error) error {
	return WriteFileAfter(path, write, nil)
}

// WriteFileAfter is WriteFile, with something to be done when the file is whole
// and not yet in its place: ready gets the SHA-256 of its bytes, in hexadecimal,
// and where it fails nothing is written. Of what is no file it gets "". Once ready
// is done the file waits as Beside says until it is in its place; Withdraw tells
// whether it is.
func WriteFileAfter(path string, write func(io.Writer) error, ready func(sha256 string) error) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return err
		}
		return writeWhole(path, 0o666, write, ready)
	case err != nil:
		return err
	case info.IsDir():
		return fmt.Errorf("write %s: found a folder, expected the name of a file", path)
	case !info.Mode().IsRegular():
		if err := writeThrough(path, write); err != nil || ready == nil {
			return err
		}
		return ready("")
	}
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return err
	}
	return writeWhole(path, info.Mode().Perm(), write, ready)
}

// writeWhole writes a file beside its place, and moves it there when it is on
// the disk.
func writeWhole(path string, mode fs.FileMode, write func(io.Writer) error, ready func(string) error) (err error) {
	beside := filepath.Join(filepath.Dir(path), ".stakeout-"+rand.Text()+".tmp")
	f, err := os.OpenFile(beside, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil && beside != "" {
			f.Close() // a second time where it was closed; err has the cause
			err = errors.Join(err, os.Remove(beside))
		}
	}()
	sum := sha256.New()
	if err := write(io.MultiWriter(f, sum)); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if ready != nil {
		name := hex.EncodeToString(sum.Sum(nil))
		whole := Beside(path, name)
		if err := os.Rename(beside, whole); err != nil {
			return err
		}
		beside = whole
		if err := os.Remove(whole + withdrawnEnd); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err // of the same bytes, once before
		}
		if err := syncFolder(path); err != nil {
			return err
		}
		if err := ready(name); err != nil {
			return err
		}
		beside = "" // from here on only Withdraw may take it away
		if err := os.Rename(whole, path); err != nil {
			return err
		}
		return syncFolder(path)
	}
	return os.Rename(beside, path)
}

// Beside is where a file waits that is whole and not yet in its place, by the
// SHA-256 of its bytes.
func Beside(path, sha256 string) string {
	return filepath.Join(filepath.Dir(path), ".stakeout-"+sha256[:min(len(sha256), 32)]+".tmp")
}

// withdrawnEnd ends the name of a file that was withdrawn.
const withdrawnEnd = ".withdrawn"

// Withdraw takes away a file that waits to be put into its place, and tells settle
// whether it was too late: then it got there, wherever it is by now. Killed at any
// point, it says the same when it is called again, until settle was done
// (docs/decisions/15-when-a-cursors-file-has-arrived.md).
func Withdraw(path, sha256 string, settle func(arrived bool) error) error {
	waits := Beside(path, sha256)
	withdrawn := waits + withdrawnEnd
	arrived := false
	if _, err := os.Lstat(withdrawn); errors.Is(err, fs.ErrNotExist) {
		err := os.Rename(waits, withdrawn)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if err != nil {
			// Where even the folder is gone nobody can say.
			_, folderErr := os.Stat(filepath.Dir(path))
			if folderErr != nil && !errors.Is(folderErr, fs.ErrNotExist) {
				return folderErr
			}
			arrived = folderErr == nil
		} else if err := syncFolder(path); err != nil {
			return err
		}
	} else if err != nil {
		return err
	}
	if err := settle(arrived); err != nil {
		return err
	}
	if err := os.Remove(withdrawn); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// syncFolder brings to the disk what stands in the folder of a file: after a power
// loss a file is else back under its name before. Systems whose folders can't be
// opened do that by themselves.
func syncFolder(path string) error {
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return nil
	}
	defer dir.Close()
	if err := dir.Sync(); err != nil && runtime.GOOS != "windows" && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, syscall.EINVAL) {
		return fmt.Errorf("bring folder %s to the disk: %w", filepath.Dir(path), err)
	}
	return nil
}

// writeThrough writes to what can't be replaced: a pipe, a terminal, a device.
func writeThrough(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}

// writeText writes a file whole or not at all, and leaves one alone that says
// the same already.
func writeText(path, text string) error {
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, []byte(text)) {
		return nil
	}
	return WriteFile(path, func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
}
