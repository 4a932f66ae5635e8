package collect

import (
	"context"
	"errors"
	"fmt"

	"stakeout/change"
	"stakeout/configs"
	"stakeout/extract"
	"stakeout/store"
	"stakeout/story"
)

// reread reads the kept pages of a version again with today's rules and template,
// and adds the further reading to it: two pages are compared only as read alike. What differs is better reading, never the publisher's doing. differs
// says whether anything does; ok is false where today's rules can't read what
// was kept, and then the recorded reading stands.
func (c *Collector) reread(ctx context.Context, src *configs.Source, v *store.Version, t *extract.Template) (differs, ok bool, err error) {
	var readings []story.Reading
	for _, ref := range v.Pages {
		body, err := c.Store.PageBody(ctx, ref.SHA256)
		if errors.Is(err, store.ErrPruned) {
			return false, false, nil
		}
		if err != nil {
			return false, false, fmt.Errorf("read version %d of %s again: %w", v.Number, v.Key, err)
		}
		page := extract.Page{URL: ref.URL, ContentType: ref.ContentType, Body: body}
		readings = append(readings, extract.Read(page, src.Rules, t))
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

// readAlike reads the stories at some addresses again where a collection came to
// know the source's template only after it had read them.
func (c *Collector) readAlike(ctx context.Context, src *configs.Source, visited []store.Address) error {
	l, err := c.lore(ctx, src.Name)
	if err != nil || l.known() == nil || src.Rules.Has("body") {
		return err
	}
	for _, a := range visited {
		if a, err = c.Store.Address(ctx, src.Name, a.URL); err != nil {
			return err
		}
		if a.ID == "" {
			continue
		}
		v := visit{c: c, src: src, lore: l, template: l.known()}
		if err := v.recallStory(ctx, story.Key{Source: src.Name, ID: a.ID}); err != nil {
			return err
		}
	}
	return nil
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
	l, err := c.lore(ctx, src.Name)
	if err != nil {
		return done, err
	}
	t := l.known()
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
		differs, ok, err := c.reread(ctx, src, &v, t)
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
