package collect

import (
	"context"
	"fmt"

	"stakeout/change"
	"stakeout/configs"
	"stakeout/extract"
	"stakeout/store"
	"stakeout/story"
)

// reread reads the kept pages of a version again with today's rules, and adds
// the further reading to it: two pages are compared only as read by the same
// rules. What differs is better reading, never the publisher's doing. differs
// says whether anything does; ok is false where today's rules can't read what
// was kept, and then the recorded reading stands.
func (c *Collector) reread(ctx context.Context, src *configs.Source, v *store.Version) (differs, ok bool, err error) {
	var readings []story.Reading
	for _, ref := range v.Pages {
		body, err := c.Store.PageBody(ctx, ref.SHA256)
		if err != nil {
			return false, false, fmt.Errorf("read version %d of %s again: %w", v.Number, v.Key, err)
		}
		page := extract.Page{URL: ref.URL, ContentType: ref.ContentType, Body: body}
		readings = append(readings, extract.Read(page, src.Rules, nil))
	}
	if len(readings) == 0 {
		return false, false, nil
	}
	again := extract.Join(readings[0], readings[1:]...)
	if again.Trouble != (story.Trouble{}) {
		return false, false, nil
	}
	var event *story.Change
	if c := change.Between(v.Reading.Fields, again.Fields); len(c.Fields) > 0 {
		c.Event, c.URL, c.Headline = story.EventReread, again.URL, again.Headline
		event = &c
	}
	if err := c.Store.AddReading(ctx, v.Key, v.Number, again, event); err != nil {
		return false, false, err
	}
	v.Reading = again
	return event != nil, true, nil
}

// Reread is what reading a source's kept pages again came to.
type Reread struct {
	Source     string `json:"source"`
	Versions   int    `json:"versions"`
	Changed    int    `json:"changed"`    // read otherwise than before
	Unreadable int    `json:"unreadable"` // today's rules can't read them; the recorded reading stands
}

// Reextract reads the kept pages of every version of a source again with today's
// rules; nothing is fetched.
func (c *Collector) Reextract(ctx context.Context, src *configs.Source) (Reread, error) {
	done := Reread{Source: src.Name}
	var all []story.Story
	for s, err := range c.Store.Versions(ctx, store.Filter{Source: src.Name}) {
		if err != nil {
			return done, err
		}
		all = append(all, story.Story{Source: s.Source, ID: s.ID, Version: s.Version})
	}
	for _, s := range all {
		v, err := c.Store.VersionAt(ctx, s.Key(), s.Version)
		if err != nil {
			return done, err
		}
		differs, ok, err := c.reread(ctx, src, &v)
		if err != nil {
			return done, err
		}
		done.Versions++
		if differs {
			done.Changed++
		}
		if !ok {
			done.Unreadable++
		}
	}
	return done, nil
}
