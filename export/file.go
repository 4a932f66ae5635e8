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
)

// WriteFile writes a file whole or not at all: beside it first, then moved into
// its place. Its folders are made where they are missing. What a link leads to
// is written, not the link; what is no file, such as a pipe, is written as it
// comes.
func WriteFile(path string, write func(io.Writer) error) error {
	return WriteFileAfter(path, write, func(string) error { return nil })
}

// WriteFileAfter is WriteFile, with something to be done when the file is whole
// and not yet in its place: ready gets the SHA-256 of its bytes, in hexadecimal,
// and where it fails nothing is written. Of what is no file it gets "".
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
		return errors.Join(writeThrough(path, write), ready(""))
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
		if err != nil {
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
	if err := ready(hex.EncodeToString(sum.Sum(nil))); err != nil {
		return err
	}
	return os.Rename(beside, path)
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
