package export

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"stakeout/story"
)

// names gives stories their files below a folder, no two the same to a system that
// ignores case. What stands in the folder counts: a file keeps its story however
// few of them are written, and in whatever order.
type names struct {
	dir    string
	listed map[string]bool // the sources whose files were looked at
	taken  map[hash]holder // by path, in lower case
}

// holder is who has a name: the path as it is written, and whose it is; the zero
// story of a file that was there before.
type holder struct{ path, story hash }

func newNames(dir string) *names {
	return &names{dir: dir, listed: map[string]bool{}, taken: map[hash]holder{}}
}

// of is a story's file: SOURCE/ID and ext, made safe for every system.
func (n *names) of(key story.Key, ext string) string {
	source, id := SafeName(key.Source), SafeName(key.ID)
	if !n.listed[source] {
		n.listed[source] = true
		n.list(source)
	}
	path, mine := source+"/"+id+ext, hashOf(key.Source, key.ID)
	if other, ok := n.taken[lowered(path)]; ok && (other.path != hashOf(path) || other.story != hash{} && other.story != mine) {
		path = source + "/" + hashed(id, key.ID) + ext
	}
	n.taken[lowered(path)] = holder{hashOf(path), mine}
	return path
}

// list takes up the files of a source that are there. A folder that can't be read
// is said when it is written to.
func (n *names) list(source string) {
	f, err := os.Open(filepath.Join(n.dir, source))
	if err != nil {
		return
	}
	defer f.Close()
	for {
		entries, err := f.Readdirnames(1000)
		for _, name := range entries {
			path := source + "/" + name
			n.taken[lowered(path)] = holder{path: hashOf(path)}
		}
		if err != nil {
			return
		}
	}
}

func lowered(path string) hash { return hashOf(strings.ToLower(path)) }

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
