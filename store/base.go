package store

import (
	"context"
	"database/sql"
	"errors"
	"sync"
)

// A page is kept as what it adds to another one, its base: a further version to
// the version before it, a first version to some page of its source. On real
// pages that takes a first version to about 12 % of its raw bytes and a further
// one to 1–3 %, where each by itself takes 16–24 %.

const (
	// maxDepth bounds how many pages must be unpacked to read one.
	maxDepth = 8
	// Pages outside of these sizes are kept by themselves: there is little to
	// win in the smallest, and a dictionary is held in memory whole.
	minDelta, maxDelta = 1 << 10, 4 << 20
	// A base that saves less than a quarter of the bytes isn't worth its reading.
	worthwhile = 0.75
	// misses is after how many pages in a row that the source's base didn't help
	// another one takes its place.
	misses = 8
	// heldBases is how many sources have their base in memory.
	heldBases = 8
)

// basePage is a page that others are compressed with.
type basePage struct {
	id  int64
	sum []byte // SHA-256: by it the row is known for that of the same page
	raw []byte
	// alone is what part of its raw bytes it takes by itself; 0 where that isn't
	// known. Pages of one source differ little in it.
	alone float64
}

// bases holds the base pages of sources. Safe for concurrent use.
type bases struct {
	mu     sync.Mutex // protects held
	held   map[string]*basePage
	missed map[string]int
}

func newBases() *bases {
	return &bases{held: map[string]*basePage{}, missed: map[string]int{}}
}

// hold keeps a source's base in memory, in place of another's where it is full.
func (b *bases) hold(source string, page *basePage) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for name := range b.held {
		if len(b.held) < heldBases {
			break
		}
		delete(b.held, name)
	}
	b.held[source] = page
	b.missed[source] = 0
}

// forget lets a source's base be read again from the database.
func (b *bases) forget(source string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.held, source)
}

func (b *bases) get(source string) *basePage {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.held[source]
}

// count notes whether a source's base helped, and reports whether another one is
// to take its place.
func (b *bases) count(source string, helped bool) (replace bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if helped {
		b.missed[source] = 0
		return false
	}
	b.missed[source]++
	if b.missed[source] < misses {
		return false
	}
	b.missed[source] = 0
	return true
}

// sourceBase is the base of a source's first versions; nil where it has none.
func (s *Store) sourceBase(ctx context.Context, source string) (*basePage, error) {
	if page := s.bases.get(source); page != nil {
		return page, nil
	}
	var id sql.NullInt64
	err := s.get(ctx, "SELECT base_page_id FROM sources WHERE name = ?", []any{source}, &id)
	if errors.Is(err, ErrNotFound) || err == nil && !id.Valid {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	page, err := s.loadPage(ctx, id.Int64)
	if err != nil {
		return nil, err
	}
	page.alone = float64(len(s.packs.pack(page.raw))) / float64(len(page.raw))
	s.bases.hold(source, page)
	return page, nil
}

// versionBase is the base of the nth page of a story's next version: that of its
// latest one, or, where that is deep down already, one further up. Nil where
// there is none.
func (s *Store) versionBase(ctx context.Context, r Result, ordinal int) (*basePage, error) {
	var id int64
	err := s.get(ctx, `SELECT vp.page_id FROM stories s JOIN versions v ON v.story_id = s.story_id AND v.number = ?
		JOIN version_pages vp ON vp.version_id = v.version_id AND vp.ordinal = ? WHERE s.source = ? AND s.id = ?`,
		[]any{r.From, ordinal, r.Key.Source, r.Key.ID}, &id)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	chain, err := s.chain(ctx, id)
	if err != nil {
		return nil, err
	}
	if len(chain) > maxDepth {
		chain = chain[:2] // the story's first, over its source's
	}
	return s.unpackChain(chain)
}

// link is a kept page in a chain of bases.
type link struct {
	id   int64
	zstd []byte
}

// chain reads a page and all that it is based on, the page itself last.
func (s *Store) chain(ctx context.Context, page int64) ([]link, error) {
	rows, err := s.query(ctx, `WITH RECURSIVE chain (page_id, base_id, zstd, depth) AS (
		SELECT page_id, base_id, zstd, 0 FROM pages WHERE page_id = ?
		UNION ALL SELECT p.page_id, p.base_id, p.zstd, c.depth + 1 FROM chain c JOIN pages p ON p.page_id = c.base_id WHERE c.depth < 100)
		SELECT page_id, zstd FROM chain ORDER BY depth DESC`, page)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []link
	for rows.Next() {
		var l link
		if err := rows.Scan(&l.id, &l.zstd); err != nil {
			return nil, ours(err)
		}
		out = append(out, l)
	}
	if err := rows.Err(); err != nil {
		return nil, ours(err)
	}
	if len(out) == 0 {
		return nil, ErrNotFound
	}
	return out, nil
}

// unpackChain gives the last page of a chain.
func (s *Store) unpackChain(chain []link) (*basePage, error) {
	var raw []byte
	var err error
	for i, l := range chain {
		if len(l.zstd) == 0 {
			return nil, ErrPruned
		}
		if i == 0 {
			raw, err = s.packs.unpack(l.zstd)
		} else {
			raw, err = s.packs.unpackWith(raw, l.zstd)
		}
		if err != nil {
			return nil, err
		}
	}
	return &basePage{id: chain[len(chain)-1].id, sum: rawHash(raw), raw: raw}, nil
}

func (s *Store) loadPage(ctx context.Context, id int64) (*basePage, error) {
	chain, err := s.chain(ctx, id)
	if err != nil {
		return nil, err
	}
	return s.unpackChain(chain)
}
