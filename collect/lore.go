package collect

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"stakeout/change"
	"stakeout/extract"
	"stakeout/story"
)

// lore is what the visits of a source taught: which lines on its pages are no
// story, and which changes are no edits. It is within one source only.
type lore struct {
	mu       sync.Mutex // protects all below
	template *extract.Template
	lessons  lessons
	kept     time.Time // when the lessons were last written down
}

// lessons are the part of a lore that may be lost without harm.
type lessons struct {
	Pages  extract.Lessons `json:"pages"`
	Memory change.Memory   `json:"memory"`
}

// lores are the sources' lore, read from the store when first asked for.
type lores struct {
	mu       sync.Mutex // protects bySource
	bySource map[string]*lore
}

// keepEvery is how much of what was learnt a crash may cost.
const keepEvery = 30 * time.Second

// lore returns what is known of a source.
func (c *Collector) lore(ctx context.Context, source string) (*lore, error) {
	c.lores.mu.Lock()
	defer c.lores.mu.Unlock()
	if known := c.lores.bySource[source]; known != nil {
		return known, nil
	}
	l := &lore{kept: c.now()}
	if err := l.readTemplate(ctx, c, source); err != nil {
		return nil, err
	}
	kept, err := c.Store.Lessons(ctx, source)
	if err != nil {
		return nil, err
	}
	if kept != nil && json.Unmarshal(kept, &l.lessons) != nil {
		l.lessons = lessons{} // written otherwise once: they are learnt again
	}
	if c.lores.bySource == nil {
		c.lores.bySource = map[string]*lore{}
	}
	c.lores.bySource[source] = l
	return l, nil
}

func (l *lore) readTemplate(ctx context.Context, c *Collector, source string) error {
	kept, err := c.Store.Template(ctx, source)
	if err != nil || kept == nil {
		return err
	}
	var t extract.Template
	if err := json.Unmarshal(kept, &t); err != nil {
		return fmt.Errorf("template of %s: %w", source, err)
	}
	l.template = &t
	return nil
}

// known is the template as far as this program knows.
func (l *lore) known() *extract.Template {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.template
}

// newest is the template as the store has it: a program beside this one may have
// learnt more.
func (l *lore) newest(ctx context.Context, c *Collector, source string) (*extract.Template, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	err := l.readTemplate(ctx, c, source)
	return l.template, err
}

// judge tells what a visit found, knowing the source.
func (l *lore) judge(v *visit, resp change.Response) change.Verdict {
	l.mu.Lock()
	defer l.mu.Unlock()
	k := change.Knowledge{Memory: &l.lessons.Memory, Story: v.key.ID, At: v.pages[0].At, Ignore: v.src.Rules.IgnoredPatterns()}
	return k.Judge(v.reading(), resp, v.read)
}

// learn takes in what a recorded visit showed.
func (l *lore) learn(ctx context.Context, v *visit) error {
	if v.same {
		return nil // nothing that the last visit didn't show
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	switch v.now.Outcome {
	case story.New, story.Changed, story.Same:
	default:
		l.lessons.Memory.Learn(v.key.ID, v.c.now(), v.now)
		return nil // no page of the story
	}
	at := v.c.now()
	l.lessons.Memory.Learn(v.key.ID, at, v.now)
	if learned := l.lessons.Pages.Learn(l.template, v.key.ID, v.read); learned != l.template {
		text, err := json.Marshal(learned)
		if err != nil {
			return fmt.Errorf("template of %s: %w", v.src.Name, err)
		}
		if err := v.c.Store.PutTemplate(ctx, v.src.Name, learned.ID(), text, at); err != nil {
			return err
		}
		l.template = learned
	}
	if at.Sub(l.kept) < keepEvery {
		return nil
	}
	return l.keep(ctx, v.c, v.src.Name)
}

// keep writes the lessons down. The lock is held.
func (l *lore) keep(ctx context.Context, c *Collector, source string) error {
	text, err := json.Marshal(l.lessons)
	if err != nil {
		return fmt.Errorf("lessons of %s: %w", source, err)
	}
	l.kept = c.now()
	return c.Store.PutLessons(ctx, source, text, l.kept)
}

// Keep writes down what the visits of a source taught lately. It is called at the
// end of a collection, and when a service stops.
func (c *Collector) Keep(ctx context.Context, source string) error {
	l, err := c.lore(ctx, source)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.keep(ctx, c, source)
}
