package history

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"net/http"
	"net/textproto"
	"time"

	"stakeout/export"
	"stakeout/store"
	"stakeout/story"
)

// Captures iterates over the raw pages of the versions that are meant, for an
// archive. An error ends it.
func Captures(ctx context.Context, db *store.Store, q Query) iter.Seq2[export.Capture, error] {
	return func(yield func(export.Capture, error) bool) {
		for s, err := range Versions(ctx, db, q) {
			if err != nil {
				yield(export.Capture{}, err)
				return
			}
			if !captures(ctx, db, s, yield) {
				return
			}
		}
	}
}

// captures yields the pages of one version; false ends it all.
func captures(ctx context.Context, db *store.Store, s story.Story, yield func(export.Capture, error) bool) bool {
	v, err := db.VersionAt(ctx, s.Key(), s.Version)
	if err != nil {
		return yield(export.Capture{}, err) && false
	}
	header, status, err := response(ctx, db, v)
	if err != nil {
		return yield(export.Capture{}, err) && false
	}
	for i, ref := range v.Pages {
		c := export.Capture{URL: ref.URL, At: v.At, Status: http.StatusOK, ContentType: ref.ContentType}
		if c.Body, err = db.PageBody(ctx, ref.SHA256); errors.Is(err, store.ErrPruned) {
			continue
		}
		if err != nil {
			return yield(c, err) && false
		}
		if i == 0 {
			if c.Header, c.Status = textproto.MIMEHeader(header), status; c.Status == 0 {
				c.Status = http.StatusOK
			}
			if c.Metadata, err = json.Marshal(about{s, v.Hash, v.PrevHash}); err != nil {
				return yield(c, err) && false
			}
		}
		if !yield(c, nil) {
			return false
		}
	}
	return true
}

// about is what an archive says of a page beside its bytes: what was read from it,
// and the version's place in its story's chain.
type about struct {
	Story    story.Story `json:"story"`
	Hash     string      `json:"hash"`
	PrevHash string      `json:"prev_hash"`
}

// response is the head of the response that a version was read from, where its
// visit is on record.
func response(ctx context.Context, db *store.Store, v store.Version) (http.Header, int, error) {
	visits, err := db.Visits(ctx, v.Key, -1)
	if err != nil {
		return nil, 0, err
	}
	for _, visit := range visits {
		if visit.At.Truncate(time.Millisecond).Equal(v.At.Truncate(time.Millisecond)) {
			return visit.Header, visit.Status, nil
		}
	}
	return nil, 0, nil
}
