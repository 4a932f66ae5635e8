package story

import (
	"encoding/binary"
	"slices"
)

// Prints tell of each line of a page whether it stood there, without keeping its
// text: 32-bit FNV-1a hashes of normal forms, four bytes each, most significant
// first. Of two pages of 400 lines, one line in ten million is told wrongly.
type Prints []byte

const printSize = 4

// Add takes a line, in normal form, in. Sort before asking.
func (p *Prints) Add(line string) { *p = binary.BigEndian.AppendUint32(*p, linePrint(line)) }

// Sorted returns the prints in order, each once, as Has needs them.
func (p Prints) Sorted() Prints {
	all := make([]uint32, 0, len(p)/printSize)
	for i := 0; i+printSize <= len(p); i += printSize {
		all = append(all, binary.BigEndian.Uint32(p[i:]))
	}
	slices.Sort(all)
	out := make(Prints, 0, len(p))
	for _, v := range slices.Compact(all) {
		out = binary.BigEndian.AppendUint32(out, v)
	}
	return out
}

// Has reports whether a line, in normal form, stood on the page.
func (p Prints) Has(line string) bool {
	want := linePrint(line)
	low, high := 0, len(p)/printSize
	for low < high {
		mid := (low + high) / 2
		switch v := binary.BigEndian.Uint32(p[mid*printSize:]); {
		case v == want:
			return true
		case v < want:
			low = mid + 1
		default:
			high = mid
		}
	}
	return false
}

func linePrint(line string) uint32 {
	h := uint32(2166136261) // FNV-1a's offset and prime
	for i := range len(line) {
		h = (h ^ uint32(line[i])) * 16777619
	}
	return h
}
