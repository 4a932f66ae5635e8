package change

import (
	"regexp"
	"strings"
	"time"

	"stakeout/story"
)

// Knowledge is what is known of a source when one of its stories is judged. The
// zero value knows nothing.
type Knowledge struct {
	// Memory is what earlier visits taught; it is only read. Nil for nothing.
	Memory *Memory
	// Story is the story's ID, and At the time of the visit: both for Memory.
	Story string
	At    time.Time
	// Ignore are patterns: texts that differ only in what they match are the same.
	Ignore []*regexp.Regexp
}

// unwanted says why a field's difference is no edit: noise, or nothing that the
// source's owner wants to hear of. What is watched is always wanted.
func (k Knowledge) unwanted(f story.FieldChange, old, read *story.Reading) string {
	if isWatched(f, old, read) {
		return ""
	}
	for _, p := range k.Ignore {
		if f.IsList || !p.MatchString(f.Old) && !p.MatchString(f.New) {
			continue
		}
		if without(p, f.Old) == without(p, f.New) {
			return "ignored by the configuration: /" + p.String() + "/"
		}
	}
	return noise(f, old, read)
}

func without(p *regexp.Regexp, s string) string {
	return strings.Join(strings.Fields(p.ReplaceAllString(s, " ")), " ")
}

// remembered says what the memory of a source's visits speaks against a field's
// difference. A headline on trial leaves the one on record standing.
func (k Knowledge) remembered(f story.FieldChange, old *story.Reading, v *Verdict) string {
	if k.Memory == nil || isWatched(f, old, &v.Read) {
		return ""
	}
	why := k.Memory.why(f, k.Story, k.At, old, v)
	if why != "" && f.Field == "headline" {
		v.Read.Headline = old.Headline
	}
	return why
}

// isWatched reports whether a person asked for a field to be watched.
func isWatched(f story.FieldChange, old, read *story.Reading) bool {
	return old.Via[f.Field] == story.ViaWatch || read.Via[f.Field] == story.ViaWatch
}

// watchedLinks is what differs in the links of a story's text, where they are
// watched.
func watchedLinks(old, read *story.Reading) []story.FieldChange {
	const field = "metadata.links"
	if old.Via[field] != story.ViaWatch || read.Via[field] != story.ViaWatch {
		return nil
	}
	return appendText(nil, field, old.Metadata["links"], read.Metadata["links"])
}
