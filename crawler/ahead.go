package crawler

import (
	"sync"
	"time"
)

// Bounds of the pages that are kept for the visits to come.
const (
	maxAhead      = 64 << 20 // bytes of all
	maxAheadWhile = 10 * time.Minute
)

// ahead keeps pages that discovery had to fetch to see whether they are there, so
// that a visit soon after doesn't ask for them again. Each is given out once.
type ahead struct {
	mu    sync.Mutex // protects the following fields
	pages map[string]Page
	bytes int
}

// put keeps a page of a source; where there is no room, it doesn't.
func (a *ahead) put(source string, p Page) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.bytes+len(p.Body) > maxAhead {
		return
	}
	if a.pages == nil {
		a.pages = map[string]Page{}
	}
	key := source + "\n" + p.URL
	a.bytes += len(p.Body) - len(a.pages[key].Body)
	a.pages[key] = p
}

// take gives out the page of an address that was fetched lately.
func (a *ahead) take(source, address string, now time.Time) (Page, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for key, p := range a.pages { // few, or none
		if now.Sub(p.At) > maxAheadWhile {
			a.bytes -= len(p.Body)
			delete(a.pages, key)
		}
	}
	key := source + "\n" + address
	p, ok := a.pages[key]
	if ok {
		a.bytes -= len(p.Body)
		delete(a.pages, key)
	}
	return p, ok
}
