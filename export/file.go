package export

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"stakeout/story"
)

// WriteFile writes a file whole or not at all: beside it first, then moved into
// its place. Its folders are made where they are missing.
func WriteFile(path string, write func(io.Writer) error) (err error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".stakeout-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.Close(), os.Remove(f.Name()))
		}
	}()
	if err := write(f); err != nil {
		return err
	}
	if err := f.Chmod(0o644); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

func join(dir, name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }

// fileName is a story's file below the export's folder: SOURCE/ID.md, made safe
// for every system, and unlike that of any story before it, case ignored.
func fileName(key story.Key, taken map[string]story.Key) string {
	name := safeName(key.Source) + "/" + safeName(key.ID) + ".md"
	if other, ok := taken[strings.ToLower(name)]; ok && other != key {
		name = safeName(key.Source) + "/" + shorten(safeName(key.ID), key.ID) + ".md"
	}
	taken[strings.ToLower(name)] = key
	return name
}

// maxName is the longest name of a file, in bytes; systems take 255.
const maxName = 120

// safeName makes a file's name of text: characters that some system refuses
// become "_", names that some system reserves get one in front. What was
// altered or is too long ends in a hash of the whole.
func safeName(s string) string {
	safe := strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f || strings.ContainsRune(`/\:*?"<>|`, r) || r == 0xFFFD {
			return '_'
		}
		return r
	}, s)
	safe = strings.TrimRight(safe, ". ")
	if safe == "" || strings.HasPrefix(safe, ".") || reserved(safe) {
		safe = "_" + safe
	}
	if safe != s || len(safe) > maxName {
		return shorten(safe, s)
	}
	return safe
}

// shorten cuts a name and ends it in a hash of the whole text.
func shorten(name, whole string) string {
	sum := sha256.Sum256([]byte(whole))
	for len(name) > maxName-9 {
		r := []rune(name)
		name = string(r[:len(r)-1])
	}
	return name + "-" + hex.EncodeToString(sum[:4])
}

// reserved reports whether Windows keeps a name for a device.
func reserved(name string) bool {
	base, _, _ := strings.Cut(strings.ToUpper(name), ".")
	switch base {
	case "CON", "PRN", "AUX", "NUL":
		return true
	}
	return len(base) == 4 && (strings.HasPrefix(base, "COM") || strings.HasPrefix(base, "LPT")) && base[3] >= '0' && base[3] <= '9'
}
