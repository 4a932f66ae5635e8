package export

import (
	"crypto/sha256"
	"strings"
)

// Set is a set of texts in little memory: 16 bytes of a hash each, whatever their
// length, so that an export of millions of rows can know which it wrote. The zero
// value can't be added to; make one.
type Set map[hash]struct{}

// hash is half of a SHA-256: that two of a billion texts share one has a chance of
// one in 10^20.
type hash [16]byte

func hashOf(parts ...string) hash {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hash(sum[:])
}

// Add puts a text of several parts into the set, and reports whether it was not in
// it.
func (s Set) Add(parts ...string) bool {
	h := hashOf(parts...)
	if _, ok := s[h]; ok {
		return false
	}
	s[h] = struct{}{}
	return true
}

// Has reports whether a text is in the set.
func (s Set) Has(parts ...string) bool {
	_, ok := s[hashOf(parts...)]
	return ok
}
