package export

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode"
	"unicode/utf8"

	"stakeout/story"
)

// fileName is a story's file below the export's folder: SOURCE/ID and ext, made
// safe for every system, and unlike that of any story before it, case ignored.
func fileName(key story.Key, ext string, taken map[string]story.Key) string {
	source, id := SafeName(key.Source), SafeName(key.ID)
	name := source + "/" + id + ext
	if other, ok := taken[strings.ToLower(name)]; ok && other != key {
		name = source + "/" + hashed(id, key.ID) + ext
	}
	taken[strings.ToLower(name)] = key
	return name
}

// Limits of a file's name in bytes: systems take 255, and paths of Windows 260.
const (
	maxName  = 120
	hashSize = 4
)

// SafeName makes a file's name of text: characters that some system refuses, or
// that can't be seen, become "_", names that some system reserves get one in
// front. What was altered or is too long ends in a hash of the whole.
func SafeName(s string) string {
	safe := strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || r == utf8.RuneError || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, s)
	safe = strings.TrimRight(safe, ". ")
	if safe == "" || strings.HasPrefix(safe, ".") || strings.HasPrefix(safe, " ") || reserved(safe) {
		safe = "_" + safe
	}
	if safe != s || len(safe) > maxName {
		return hashed(safe, s)
	}
	return safe
}

// hashed ends a name in a hash of the whole text, and cuts it to fit.
func hashed(name, whole string) string {
	sum := sha256.Sum256([]byte(whole))
	end := "-" + hex.EncodeToString(sum[:hashSize])
	cut := min(len(name), maxName-len(end))
	for cut < len(name) && !utf8.RuneStart(name[cut]) {
		cut--
	}
	return name[:cut] + end
}

// reserved reports whether Windows keeps a name for a device, whatever its
// ending.
func reserved(name string) bool {
	base, _, _ := strings.Cut(strings.ToUpper(name), ".")
	switch base = strings.TrimRight(base, " "); base {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$":
		return true
	}
	port, ok := strings.CutPrefix(base, "COM")
	if !ok {
		port, ok = strings.CutPrefix(base, "LPT")
	}
	return ok && utf8.RuneCountInString(port) == 1 && strings.Contains("0123456789¹²³", port)
}
