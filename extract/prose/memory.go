package prose

import (
	"unicode"
	"unicode/utf8"
)

// memory holds what a text has said, so that a page that prints its story twice
// (for phones, behind a wall) is read once.
type memory struct {
	blocks    map[string]standing
	sentences map[uint64]bool
}

func newMemory() *memory {
	return &memory{blocks: map[string]standing{}, sentences: map[uint64]bool{}}
}

// standing is where a block stands: what holds its element, and of what kind that is.
type standing struct {
	parent int32
	shape  uint64
}

func (p *page) standingOf(b *block) standing {
	e := &p.elems[b.elem]
	return standing{e.parent, e.shape}
}

// has reports whether a block of some length was said before, as it is or with
// its sentences spread over others.
func (m *memory) has(b *block) bool {
	if b.weight < 60 {
		return false
	}
	if _, said := m.blocks[b.key()]; said {
		return true
	}
	if b.weight < 200 {
		return false
	}
	old, all := 0, 0
	eachSentence(b.text, func(h uint64, n int) {
		all += n
		if m.sentences[h] {
			old += n
		}
	})
	share := 9
	if b.weight >= 600 {
		share = 7
	}
	return old*10 >= all*share && all > 0
}

// beside reports whether a block was said before in the same place and form: its
// author says it twice.
func (m *memory) beside(p *page, b *block) bool {
	first, said := m.blocks[b.key()]
	return said && first == p.standingOf(b)
}

func (m *memory) add(p *page, b *block) {
	if b.weight < 60 {
		return
	}
	m.blocks[b.key()] = p.standingOf(b)
	eachSentence(b.text, func(h uint64, n int) { m.sentences[h] = true })
}

// eachSentence calls f with a hash and the letters of each sentence of at least
// 25 letters.
func eachSentence(s string, f func(h uint64, letters int)) {
	h, n := uint64(offset64), 0
	end := func() {
		if n >= 25 {
			f(h, n)
		}
		h, n = offset64, 0
	}
	for _, r := range s {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			h = (h ^ uint64(unicode.ToLower(r))) * prime64
			n++
		case r == '.' || ends(r):
			end()
		}
	}
	end()
}

// key is a text by which two are told to say the same: letters and digits only,
// lower case.
func key(s string) string {
	out := make([]byte, 0, len(s))
	for _, r := range s {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			out = append(out, byte(r))
		case r >= 'A' && r <= 'Z':
			out = append(out, byte(r)+'a'-'A')
		case r >= utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			out = utf8.AppendRune(out, unicode.ToLower(r))
		}
	}
	return string(out)
}

// key is the key of the block's text, made once.
func (b *block) key() string {
	if b.keyed == "" {
		b.keyed = key(b.text)
	}
	return b.keyed
}
