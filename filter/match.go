package filter

import (
	"slices"
	"strings"
	"time"

	"stakeout/story"
)

// folded is a text as it is compared: normal form, lower case.
func folded(s string) string { return strings.ToLower(story.Normal(s)) }

func same(s, fold string) bool { return folded(s) == fold }

func member(list []string, fold string) bool {
	return slices.ContainsFunc(list, func(s string) bool { return same(s, fold) })
}

// story reports whether a story meets the condition.
func (t term) story(s story.Story) bool {
	switch t.key {
	case "source":
		return s.Source == t.value
	case "id":
		return s.ID == t.value
	case "tag":
		return member(s.Tags, t.fold)
	case "author":
		return member(s.Authors, t.fold)
	case "sector":
		return same(s.Sector, t.fold)
	case "publisher":
		return same(s.Publisher, t.fold)
	case "credibility":
		return same(s.Credibility, t.fold)
	case "language":
		return same(s.Language, t.fold) || strings.HasPrefix(folded(s.Language), t.fold+"-")
	case "status":
		return string(s.Status) == t.fold
	case "since", "until":
		return s.ChangedAt != nil && t.covers(*s.ChangedAt)
	}
	return strings.Contains(folded(s.Headline), t.fold) ||
		slices.ContainsFunc(s.Body, func(p string) bool { return strings.Contains(folded(p), t.fold) })
}

func (t term) covers(at time.Time) bool {
	if t.key == "since" {
		return !at.Before(t.at)
	}
	return at.Before(t.at)
}

// change reports whether a change meets the condition.
func (t term) change(c story.Change, s story.Story) bool {
	switch t.key {
	case "source":
		return c.Source == t.value
	case "id":
		return c.ID == t.value
	case "class":
		return slices.Contains(c.Classes, story.Class(t.fold))
	case "event":
		return string(c.Event) == t.fold
	case "disclosed": // what is new was no edit, and there was nothing to tell
		return c.Event != story.EventNew && c.Disclosed == (t.fold == "yes")
	case "field":
		return slices.ContainsFunc(c.Fields, func(f story.FieldChange) bool { return same(f.Field, t.fold) })
	case "fact":
		return slices.ContainsFunc(c.Fields, func(f story.FieldChange) bool {
			return slices.ContainsFunc(f.Facts, func(k story.TypedFact) bool { return string(k.Kind) == t.fold })
		})
	case "since", "until":
		return t.covers(c.At)
	}
	return strings.Contains(folded(c.Headline), t.fold) || slices.ContainsFunc(c.Fields, t.says) || c.Event == story.EventNew && t.story(s)
}

// says reports whether a field's words, before or after, have the condition's.
func (t term) says(f story.FieldChange) bool {
	all := []string{f.Old, f.New}
	if f.IsList {
		all = slices.Concat(f.OldList, f.NewList)
	}
	return slices.ContainsFunc(all, func(s string) bool { return strings.Contains(folded(s), t.fold) })
}
