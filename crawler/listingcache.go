package crawler

import (
	"net/http"
	"sync"
	"time"
)

// Bounds of the listings that are kept in memory to be asked for conditionally.
const (
	maxKeptBody  = 1 << 20  // bytes of one
	maxKeptBytes = 64 << 20 // of all
	maxKeptAge   = time.Hour
)

// listingCache keeps the last copy of listings whose server gave a validator, so
// that an unchanged feed costs neither side a transfer. A copy is asked for
// anew after an hour whatever its server says, for some validators lie.
type listingCache struct {
	mu    sync.Mutex // protects the following fields
	kept  map[string]keptListing
	bytes int
}

type keptListing struct {
	page Page
	kind string
	at   time.Time
}

// get returns the copy of an address, and whether there is a fresh one.
func (c *listingCache) get(address string, now time.Time) (keptListing, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k, ok := c.kept[address]
	return k, ok && now.Sub(k.at) < maxKeptAge
}

// put keeps a listing that can be asked for conditionally.
func (c *listingCache) put(address string, p Page, kind string, now time.Time) {
	if p.Status != http.StatusOK || len(p.Body) > maxKeptBody || p.Header.Get("ETag") == "" && p.Header.Get("Last-Modified") == "" {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept == nil {
		c.kept = map[string]keptListing{}
	}
	c.bytes += len(p.Body) - len(c.kept[address].page.Body)
	c.kept[address] = keptListing{p, kind, now}
	for other, k := range c.kept { // whichever comes first goes: they are cheap to have again
		if c.bytes <= maxKeptBytes {
			return
		}
		if other != address {
			c.bytes -= len(k.page.Body)
			delete(c.kept, other)
		}
	}
}

// conditions are the headers that ask for an address only if it changed.
func (k keptListing) conditions() http.Header {
	h := http.Header{}
	if v := k.page.Header.Get("ETag"); v != "" {
		h.Set("If-None-Match", v)
	}
	if v := k.page.Header.Get("Last-Modified"); v != "" {
		h.Set("If-Modified-Since", v)
	}
	return h
}
