package collect

import (
	"context"

	"stakeout/change"
	"stakeout/story"
)

// identify settles which story the page is, where the address doesn't tell yet,
// and loads its version on record. A story's ID is that of fields.id, else the
// group id of `stories`, else a label ID found automatically, else the address
// that the page states.
func (v *visit) identify(ctx context.Context) error {
	known := v.key.ID != "" && !v.unstated
	switch {
	case known && v.before != nil:
		return nil
	case known:
		return v.recallStory(ctx, v.key)
	case v.failed != nil || v.read.Trouble != (story.Trouble{}):
		return nil
	}
	id, stated := v.statedID()
	v.unstated = !stated
	if err := v.recallStory(ctx, story.Key{Source: v.src.Name, ID: id}); err != nil {
		return err
	}
	if v.unstated && v.before == nil {
		return v.recallMoved(ctx, id)
	}
	if v.unstated && v.before != nil && !change.Alike(v.before.Reading.Fields, v.read.Fields) {
		// A canonical link that many stories share names none of them.
		v.read.URL = v.address.URL
		return v.recallStory(ctx, story.Key{Source: v.src.Name, ID: v.address.URL})
	}
	return nil
}

// recallMoved looks whether a page whose address names no story is one that moved
// there: its ID is the address where it was first.
func (v *visit) recallMoved(ctx context.Context, id string) error {
	key, ok, err := v.c.Store.AtURL(ctx, v.src.Name, v.read.URL)
	if err != nil || !ok {
		return err
	}
	if err := v.recallStory(ctx, key); err != nil || change.Alike(v.before.Reading.Fields, v.read.Fields) {
		return err
	}
	return v.recallStory(ctx, story.Key{Source: v.src.Name, ID: id})
}

// statedID is the story's ID, and whether it is more than an address.
func (v *visit) statedID() (id string, stated bool) {
	fromPage := v.read.ID
	switch {
	case fromPage != "" && v.src.Rules.Has("id"):
		return fromPage, true
	case v.address.LinkID != "":
		return v.address.LinkID, true
	case fromPage != "":
		return fromPage, true
	}
	return v.read.URL, false
}
