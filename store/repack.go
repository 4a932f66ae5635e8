package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
)

// leaving are the pages that are to go, in order of their rows.
type leaving []int64

func (l leaving) has(page int64) bool {
	_, ok := slices.BinarySearch(l, page)
	return ok
}

// repackedAtOnce is how many pages are packed anew in a transaction.
const repackedAtOnce = 64

// moveOff packs what is packed with a page of those that leave with one that stays:
// the nearest in the chain of bases, else the first of them, which then stands by
// itself. heir is that page; none where nothing is packed with it.
func (s *Store) moveOff(ctx context.Context, page int64, gone leaving) (heir sql.NullInt64, err error) {
	var base *basePage
	for last := int64(0); ; {
		list, err := column[int64](ctx, s, "SELECT page_id FROM pages WHERE base_id = ? AND page_id > ? ORDER BY page_id LIMIT ?", page, last, repackedAtOnce)
		if err != nil || len(list) == 0 {
			return heir, err
		}
		last = list[len(list)-1]
		list = slices.DeleteFunc(list, gone.has) // those go before it does
		if len(list) == 0 {
			continue
		}
		if base == nil {
			if base, err = s.staying(ctx, page, gone); err != nil {
				return heir, err
			}
		}
		again := make([]repacked, len(list))
		for i, id := range list {
			if again[i], err = s.repack(ctx, id, &base); err != nil {
				return heir, err
			}
		}
		heir = sql.NullInt64{Int64: base.id, Valid: true}
		if err := s.commit(ctx, erasing, func(t *tx) error {
			for _, r := range again {
				if _, err := t.exec("UPDATE pages SET base_id = ?, zstd = ? WHERE page_id = ? AND base_id = ?", r.base, r.zstd, r.page, page); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return heir, err
		}
	}
}

// staying is the nearest page that a page is based on and that stays; nil for none.
func (s *Store) staying(ctx context.Context, page int64, gone leaving) (*basePage, error) {
	chain, err := s.chain(ctx, page)
	if err != nil {
		return nil, err
	}
	for n := len(chain) - 1; n > 0; n-- {
		if !gone.has(chain[n-1].id) {
			return s.unpackChain(chain[:n])
		}
	}
	return nil, nil
}

// repacked is a page that is packed anew.
type repacked struct {
	page int64
	base sql.NullInt64
	zstd []byte
}

// repack packs a page with a base; without one it is the base.
func (s *Store) repack(ctx context.Context, id int64, base **basePage) (repacked, error) {
	p, err := s.loadPage(ctx, id)
	if err != nil {
		return repacked{}, fmt.Errorf("page in row %d: %w", id, err)
	}
	again := repacked{page: id, zstd: s.packs.pack(p.raw)}
	if *base == nil {
		*base = p
		return again, nil
	}
	delta, err := s.packs.packWith((*base).id, (*base).raw, p.raw)
	if err == nil && float64(len(delta)) < worthwhile*float64(len(again.zstd)) {
		again.base, again.zstd = sql.NullInt64{Int64: (*base).id, Valid: true}, delta
	}
	return again, nil
}

// errMoved says that another page was packed with one that is to go meanwhile.
var errMoved = errors.New("another page was packed with it meanwhile")

// leave makes sure that nothing is packed with a page any more, nor will be: its
// heir takes its place.
func leave(t *tx, page int64, heir sql.NullInt64) error {
	// Locked first: from here on nothing is packed with it.
	if _, err := t.get("SELECT 1 FROM pages WHERE page_id = ?"+forUpdate, []any{page}, new(int)); err != nil {
		return err
	}
	still, err := t.get("SELECT 1 FROM pages WHERE base_id = ? LIMIT 1", []any{page}, new(int))
	if err == nil && still {
		err = errMoved
	}
	if err == nil {
		_, err = t.exec("UPDATE sources SET base_page_id = ? WHERE base_page_id = ?", heir, page)
	}
	return err
}
