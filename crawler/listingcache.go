package crawler

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"sync"
	"time"
)

// Bounds of the listings that are kept in memory.
const (
	maxKeptBody  = 16 << 20 // bytes of one, as it came
	maxKeptBytes = 64 << 20 // of all, packed
	maxKeptAge   = time.Hour
)

// listingCache keeps the last copies of listings, packed: to ask for them
// conditionally, so that an unchanged feed costs neither side a transfer, and to
// go by while a feed or an index says that nothing is new. A copy is asked for
// anew after an hour whatever validators and indexes say, for some lie.
type listingCache struct {
	mu    sync.Mutex // protects the following fields
	kept  map[string]*keptListing
	bytes int
}

// keptListing is one listing as it was fetched.
type keptListing struct {
	page     Page // without its body
	packed   []byte
	kind     string
	at       time.Time // it was fetched whole
	asked    time.Time // it was asked for last
	until    time.Time // its publisher says: nothing new before; zero for no word
	modified time.Time // when it changed last, by the index that named it; zero for none
	lied     bool      // it changed though that index said otherwise
}

// get returns the copy of an address; nil for none.
func (c *listingCache) get(address string) *keptListing {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := c.kept[address]
	if k == nil {
		return nil
	}
	kept := *k
	return &kept
}

// put keeps a listing that was fetched whole, in place of an earlier copy.
func (c *listingCache) put(address string, p Page, kind string, modified, now time.Time) {
	conditional := p.Header.Get("ETag") != "" || p.Header.Get("Last-Modified") != ""
	if p.Status != http.StatusOK || len(p.Body) > maxKeptBody || !conditional && kind != listingFeed && kind != listingSitemap {
		return
	}
	k := &keptListing{page: p, packed: pack(p.Body), kind: kind, at: now, asked: now, modified: modified}
	k.page.Body = nil
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept == nil {
		c.kept = map[string]*keptListing{}
	}
	if before := c.kept[address]; before != nil {
		c.bytes -= len(before.packed)
		same := bytes.Equal(before.packed, k.packed)
		k.lied = before.lied || !same && !modified.IsZero() && before.modified.Equal(modified)
	}
	c.bytes += len(k.packed)
	c.kept[address] = k
	for other, k := range c.kept { // whichever comes first goes: they are cheap to have again
		if c.bytes <= maxKeptBytes {
			return
		}
		if other != address {
			c.bytes -= len(k.packed)
			delete(c.kept, other)
		}
	}
}

// change alters what is known of a copy; nothing where there is none.
func (c *listingCache) change(address string, f func(*keptListing)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if k := c.kept[address]; k != nil {
		f(k)
	}
}

// conditional reports whether a copy is new enough to be asked for only if it
// changed.
func (k *keptListing) conditional(now time.Time) bool {
	return k != nil && now.Sub(k.at) < maxKeptAge
}

// holds reports whether a copy can be gone by without asking: its publisher says
// that nothing is new before later, or the index that names it, that it hasn't
// changed since it was read.
func (k *keptListing) holds(modified, now time.Time) bool {
	if k == nil {
		return false
	}
	unchanged := !modified.IsZero() && !k.lied && endOf(modified).Before(k.asked) && now.Sub(k.at) < maxKeptAge
	return unchanged || now.Before(k.until)
}

// endOf is the end of what a time stands for: of a time without hours, the day.
func endOf(t time.Time) time.Time {
	if t = t.UTC(); t.Equal(t.Truncate(24 * time.Hour)) {
		return t.Add(24 * time.Hour)
	}
	return t
}

// whole is the copy as it was fetched.
func (k *keptListing) whole() Page {
	p := k.page
	p.Body = unpack(k.packed)
	return p
}

// conditions are the headers that ask for an address only if it changed.
func (k *keptListing) conditions() http.Header {
	h := http.Header{}
	if v := k.page.Header.Get("ETag"); v != "" {
		h.Set("If-None-Match", v)
	}
	if v := k.page.Header.Get("Last-Modified"); v != "" {
		h.Set("If-Modified-Since", v)
	}
	return h
}

// pack compresses a body; unpack undoes it.
func pack(body []byte) []byte {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed) // a level that there is
	_, _ = z.Write(body)                            // a Buffer takes all
	_ = z.Close()
	return b.Bytes()
}
