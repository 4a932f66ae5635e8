package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"strconv"

	"stakeout/story"
)

// The hashes of a history, all SHA-256. A digest is taken over a list of texts,
// each behind its length in bytes as eight bytes, most significant first; the
// first text names the kind of digest. Numbers are written in decimal, times as
// milliseconds since 1970, hashes as their 32 bytes.
//
//	page       the raw bytes, nothing else
//	reading 1  the reading's JSON, nothing else
//	content    "stakeout version 1", source, ID, number, at, url, then for each
//	           page its hash, url and content type, then the hash of reading 1
//	version    "stakeout chain 1", content, hash of the story's version before
//	           (empty for the first)
//	reading n  "stakeout reading 1", hash of the version, n, the reading's JSON
//	           (of the readings after the first)
//	event      "stakeout event 1", source, ID, event, at, from, to, the change's
//	           JSON, hash of the version `to`
//	log        "stakeout log 1", event, hash of the change before, of whichever
//	           story (empty for the first)
//
// So a version's hash covers its pages, its words and every version before it,
// and the last hash of the log covers everything that ever became history. The
// step from content to chain lets a content be erased on legal request while
// the chain over it still holds.

// digest takes the texts of one hash.
type digest struct{ h hash.Hash }

func newDigest(kind string) digest {
	d := digest{sha256.New()}
	d.text(kind)
	return d
}

func (d digest) text(s string) { d.bytes([]byte(s)) }

func (d digest) number(n int64) { d.text(strconv.FormatInt(n, 10)) }

func (d digest) bytes(b []byte) {
	var n [8]byte
	binary.BigEndian.PutUint64(n[:], uint64(len(b)))
	d.h.Write(n[:])
	d.h.Write(b)
}

func (d digest) sum() []byte { return d.h.Sum(nil) }

// versionRow is what the hashes of a version cover.
type versionRow struct {
	key     story.Key
	number  int
	at      int64
	url     string
	pages   []pageRow
	reading []byte // JSON of the first reading
	content []byte
	prev    []byte
	hash    []byte
}

// pageRow is a page as a version refers to it.
type pageRow struct {
	sha256           []byte
	url, contentType string
}

// seal sets the hashes of a version that follows on prev.
func (v *versionRow) seal(prev []byte) {
	d := newDigest("stakeout version 1")
	d.text(v.key.Source)
	d.text(v.key.ID)
	d.number(int64(v.number))
	d.number(v.at)
	d.text(v.url)
	for _, p := range v.pages {
		d.bytes(p.sha256)
		d.text(p.url)
		d.text(p.contentType)
	}
	d.bytes(rawHash(v.reading))
	v.content = d.sum()
	v.prev = prev
	v.hash = linkHash("stakeout chain 1", v.content, prev)
}

// sealed reports whether a version's hashes are those of what it says.
func (v versionRow) sealed() bool {
	again := v
	again.seal(v.prev)
	return bytes.Equal(again.content, v.content) && bytes.Equal(again.hash, v.hash)
}

// linkHash joins a content to the chain before it.
func linkHash(kind string, content, prev []byte) []byte {
	d := newDigest(kind)
	d.bytes(content)
	d.bytes(prev)
	return d.sum()
}

// readingHash is the hash of a version's nth reading.
func readingHash(version []byte, ordinal int, reading []byte) []byte {
	if ordinal == 1 {
		return rawHash(reading)
	}
	d := newDigest("stakeout reading 1")
	d.bytes(version)
	d.number(int64(ordinal))
	d.bytes(reading)
	return d.sum()
}

// eventHash is the content hash of a change: c as recorded, its JSON, and the
// hash of the version it leads to.
func eventHash(c *story.Change, text string, version []byte) []byte {
	d := newDigest("stakeout event 1")
	d.text(c.Source)
	d.text(c.ID)
	d.text(string(c.Event))
	d.number(c.At.UnixMilli())
	d.number(int64(c.From))
	d.number(int64(c.To))
	d.text(text)
	d.bytes(version)
	return d.sum()
}

func rawHash(b []byte) []byte {
	sum := sha256.Sum256(b)
	return sum[:]
}
