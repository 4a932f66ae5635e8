package archive

import (
	"bytes"
	"cmp"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"
)

// Copies holds answers of archives on disk, in a file that goes with the program,
// so that they can be read in order of their times whatever order they came in.
// Add to it first, then Sort, then read. Close it when done. Not safe for
// concurrent use.
type Copies struct {
	file     *os.File
	size     int64
	all      []Copy
	byDigest map[string]int // the first answer of a payload
	byURL    map[string][]int
	Lost     int // revisits of answers that aren't here, once sorted
}

// Copy is where one answer is.
type Copy struct {
	URL string // as the caller writes addresses
	At  time.Time

	revisit   bool
	refersURL string
	refersAt  time.Time
	digest    string
	head      part // of its own
	body      part // its own, or that of the answer it repeats
}

// part is a stretch of the file.
type part struct{ at, size int64 }

// NewCopies returns an empty collection in a temporary file.
func NewCopies() (*Copies, error) {
	f, err := os.CreateTemp("", "stakeout-import-*")
	if err != nil {
		return nil, fmt.Errorf("keeping copies on disk: %w", err)
	}
	return &Copies{file: f, byDigest: map[string]int{}, byURL: map[string][]int{}}, nil
}

// Close removes what is on disk.
func (c *Copies) Close() error {
	return errors.Join(c.file.Close(), os.Remove(c.file.Name()))
}

// head is what is written of an answer beside its body.
type head struct {
	Status int
	Header map[string][]string
}

// Add keeps an answer under the address by which the caller will ask for it.
func (c *Copies) Add(url string, r Response) error {
	var h bytes.Buffer
	if err := gob.NewEncoder(&h).Encode(head{r.Status, r.Header}); err != nil {
		return fmt.Errorf("keeping a copy: %w", err)
	}
	entry := Copy{URL: url, At: r.At, revisit: r.Revisit, refersURL: r.RefersURL, refersAt: r.RefersAt, digest: r.Digest}
	var err error
	if entry.head, err = c.write(h.Bytes()); err != nil {
		return err
	}
	if !r.Revisit {
		if entry.body, err = c.write(r.Body); err != nil {
			return err
		}
	}
	c.all = append(c.all, entry)
	return nil
}

func (c *Copies) write(data []byte) (part, error) {
	p := part{c.size, int64(len(data))}
	if _, err := c.file.WriteAt(data, c.size); err != nil {
		return p, fmt.Errorf("keeping copies on disk: %w", err)
	}
	c.size += p.size
	return p, nil
}

// Sort puts the answers in order of time, gives revisits the bodies that they
// repeat, and drops those whose body isn't here (Lost) and what stands twice.
// canonical writes an address as those of Add are written.
func (c *Copies) Sort(canonical func(string) string) {
	slices.SortStableFunc(c.all, func(a, b Copy) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.URL, b.URL))
	})
	c.index()
	for i := range c.all {
		if e := &c.all[i]; e.revisit {
			if first, ok := c.repeated(e, canonical); ok {
				e.body, e.revisit = first.body, false
			}
		}
	}
	before := len(c.all)
	c.all = slices.DeleteFunc(c.all, func(e Copy) bool { return e.revisit })
	c.Lost = before - len(c.all)
	c.all = slices.CompactFunc(c.all, func(a, b Copy) bool { return a.URL == b.URL && a.At.Equal(b.At) })
	c.index()
}

func (c *Copies) index() {
	clear(c.byDigest)
	clear(c.byURL)
	for i, e := range c.all {
		c.byURL[e.URL] = append(c.byURL[e.URL], i)
		if _, known := c.byDigest[e.digest]; !known && !e.revisit && e.digest != "" {
			c.byDigest[e.digest] = i
		}
	}
}

// repeated is the answer that a revisit repeats.
func (c *Copies) repeated(e *Copy, canonical func(string) string) (Copy, bool) {
	if e.refersURL != "" {
		for _, i := range c.byURL[canonical(e.refersURL)] {
			if first := c.all[i]; !first.revisit && first.At.Equal(e.refersAt) {
				return first, true
			}
		}
	}
	i, ok := c.byDigest[e.digest]
	if !ok {
		return Copy{}, false
	}
	return c.all[i], true
}

// All lists the copies in order of time.
func (c *Copies) All() []Copy { return c.all }

// Near returns the copy of an address that is nearest in time, at most within
// apart.
func (c *Copies) Near(url string, at time.Time, within time.Duration) (Copy, bool) {
	best, found := Copy{}, false
	for _, i := range c.byURL[url] {
		e := c.all[i]
		if apart := e.At.Sub(at).Abs(); apart <= within && (!found || apart < best.At.Sub(at).Abs()) {
			best, found = e, true
		}
	}
	return best, found
}

// Read returns a copy as it was answered.
func (c *Copies) Read(e Copy) (Response, error) {
	r := Response{URL: e.URL, At: e.At}
	text, err := c.read(e.head)
	if err != nil {
		return r, err
	}
	var h head
	if err := gob.NewDecoder(bytes.NewReader(text)).Decode(&h); err != nil {
		return r, fmt.Errorf("reading a copy: %w", err)
	}
	r.Status, r.Header = h.Status, h.Header
	r.Body, err = c.read(e.body)
	return r, err
}

func (c *Copies) read(p part) ([]byte, error) {
	data := make([]byte, p.size)
	if _, err := c.file.ReadAt(data, p.at); err != nil && !(errors.Is(err, io.EOF) && p.size == 0) {
		return nil, fmt.Errorf("reading a copy: %w", err)
	}
	return data, nil
}
