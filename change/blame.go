package change

import (
	"time"

	"stakeout/story"
)

// Told is what a story said at one of its versions, as one set of rules read it.
type Told struct {
	Version int
	At      time.Time // of the version
	Rules   string    // what made the reading: texts are held against each other as read alike
	story.Fields
}

// Origin is a sentence or another value of a story as it stands, and the version
// that brought it.
type Origin struct {
	Field     string    `json:"field"`               // a JSON name of Story, or metadata.LABEL
	Paragraph *int      `json:"paragraph,omitempty"` // of the body, from 0
	Text      string    `json:"text"`                // in normal form
	Version   int       `json:"version"`
	At        time.Time `json:"at"`
	// Was is what stood in its place before it was reworded; "" where it came.
	Was string `json:"was,omitempty"`
	// Before is the earliest version that said the same, where it went and came
	// back: Version brought it back; 0 for none.
	Before int `json:"said_before,omitempty"`
	// Reread says that rules of a later day found it in the pages of Version: it
	// may have stood there before.
	Reread bool `json:"reread,omitempty"`

	key string // what is compared: equal where it says the same
}

// Blame says for every sentence of a story as it stands, and for its other
// compared fields, which version brought it. history has the readings of every
// version, in order, of one version in the order in which they were made.
//
// A sentence that was moved, or whose paragraph was split or joined, keeps its
// version; so does one that differs only in what readers can't see. One that was
// reworded, be it by a comma, belongs to the version that reworded it, and one
// that went and came back to the version that brought it back.
func Blame(history []Told) []Origin {
	b := blamer{first: map[string]int{}}
	for _, told := range history {
		b.read(told)
	}
	if len(b.now) == 0 {
		return nil
	}
	return b.now[len(b.now)-1].origins
}

// blamer follows what a story says from version to version.
type blamer struct {
	before, now []traced       // the readings of the last version, and of this one
	first       map[string]int // the earliest version that said a thing
}

// traced is a reading with the origin of each of its parts.
type traced struct {
	Told
	origins []Origin
}

func (b *blamer) read(t Told) {
	if len(b.now) > 0 && b.now[0].Version != t.Version {
		b.before, b.now = b.now, nil
	}
	parts := partsOf(t)
	switch from, edited := b.ancestor(t); {
	case from == nil:
	case edited:
		b.inherit(parts, from.origins)
	default:
		b.reread(parts, from.origins)
	}
	for _, p := range parts {
		if _, ok := b.first[p.key]; !ok {
			b.first[p.key] = p.Version
		}
	}
	b.now = append(b.now, traced{t, parts})
}

// ancestor is the reading that another is held against: one of the version
// before, as read by the same rules, or else what is nearest. edited says that
// what differs is the publisher's doing, as it is between two versions.
func (b *blamer) ancestor(t Told) (from *traced, edited bool) {
	for i := len(b.before) - 1; i >= 0; i-- {
		if b.before[i].Rules == t.Rules {
			return &b.before[i], true
		}
	}
	switch {
	case len(b.now) > 0:
		return &b.now[len(b.now)-1], false
	case len(b.before) > 0:
		return &b.before[len(b.before)-1], true
	}
	return nil, false
}

// inherit gives the parts of a version the origins that they have in the one
// before; what it changed is its own.
func (b *blamer) inherit(parts, before []Origin) {
	said := map[string]bool{}
	for _, o := range before {
		said[o.key] = true
	}
	for i, was := range counterparts(parts, before) {
		p := &parts[i]
		switch {
		case was == nil:
		case was.key == p.key:
			p.keep(*was)
			continue
		default:
			p.Was = was.Text
		}
		if first := b.first[p.key]; first < p.Version && !said[p.key] {
			p.Before = first
		}
	}
}

// reread gives the parts of a further reading of a version's pages the origins
// that they have in the one before it.
func (b *blamer) reread(parts, before []Origin) {
	for i, was := range counterparts(parts, before) {
		if was != nil {
			parts[i].keep(*was)
		} else {
			parts[i].Reread = len(b.before) > 0
		}
	}
}

// keep takes over the origin of what said the same before.
func (o *Origin) keep(was Origin) {
	o.Version, o.At, o.Was, o.Before, o.Reread = was.Version, was.At, was.Was, was.Before, was.Reread
}
