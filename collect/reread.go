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
// rules. What differs is better reading, never the publisher's doing.
func (c *Collector) reread(ctx context.Context, src *configs.Source, v *store.Version) error {
	var readings []story.Reading
	for _, ref := range v.Pages {
		body, err := c.Store.PageBody(ctx, ref.SHA256)
		if err != nil {
			return fmt.Errorf("read version %d of %s again: %w", v.Number, v.Key, err)
		}
		page := extract.Page{URL: ref.URL, ContentType: ref.ContentType, Body: body}
		readings = append(readings, extract.Read(page, src.Rules, nil))
	}
	if len(readings) == 0 {
		return nil
	}
	again := extract.Join(readings[0], readings[1:]...)
	if again.Trouble != (story.Trouble{}) {
		// Today's rules can't read what was kept: the recorded reading stands.
		return nil
	}
	var event *story.Change
	if differs := change.Between(v.Reading.Fields, again.Fields); len(differs.Fields) > 0 {
		differs.Event, differs.URL, differs.Headline = story.EventReread, again.URL, again.Headline
		event = &differs
	}
	if err := c.Store.AddReading(ctx, v.Key, v.Number, again, event); err != nil {
		return err
	}
	v.Reading = again
	return nil
}
