package history

import (
	"context"
	"strings"

	"stakeout/change"
	"stakeout/store"
	"stakeout/story"
)

// Told are a story's readings as package change takes them; store.ErrNotFound
// where there is no such story.
func Told(ctx context.Context, db *store.Store, key story.Key) ([]change.Told, error) {
	readings, err := db.Readings(ctx, key)
	if err != nil {
		return nil, err
	}
	var out []change.Told
	for _, r := range readings {
		rules := strings.Join([]string{r.Reading.Rules, r.Reading.Reader, r.Reading.Template}, " ")
		out = append(out, change.Told{Version: r.Version, At: r.At, Rules: rules, Fields: r.Reading.Fields})
	}
	return out, nil
}

// Copies lists the stories of other sources that have the text of one, as both
// stand now, and which corrections of each other they don't follow. Of what was
// removed nobody can say what it still says.
func Copies(ctx context.Context, db *store.Store, s story.Story) ([]change.Copy, error) {
	alike, err := db.Alike(ctx, s.Key())
	if err != nil || len(alike) == 0 {
		return []change.Copy{}, err
	}
	out := []change.Copy{}
	var mine []change.Told
	for _, other := range alike {
		c, ok := change.CopyOf(s, other)
		if !ok {
			continue
		}
		if mine == nil {
			if mine, err = Told(ctx, db, s.Key()); err != nil {
				return nil, err
			}
		}
		theirs, err := Told(ctx, db, other.Key())
		if err != nil {
			return nil, err
		}
		if s.Status != story.Removed {
			c.Corrected = append(c.Corrected, change.Lags(theirs, s.Fields)...)
		}
		if other.Status != story.Removed {
			c.NotFollowed = append(c.NotFollowed, change.Lags(mine, other.Fields)...)
		}
		out = append(out, c)
	}
	change.SortCopies(out)
	return out, nil
}
