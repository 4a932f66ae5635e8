package extract

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"regexp"
	"strings"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"stakeout/story"
)

// watchLinks is the entry of `watch` that has the links of a story's text
// compared; every other is a selector or a pattern.
const watchLinks = "links"

// notice is an entry of `ignore` or `watch`: a CSS selector, or a pattern that is
// written between slashes.
type notice struct {
	name     string // as it is written
	selector cascadia.Selector
	pattern  *regexp.Regexp
}

// Heed adds what a person said of a source's pages: parts that don't matter and
// parts that do, each a CSS selector or a pattern between slashes. What `ignore`
// selects is not read, and what its patterns match is not compared; what `watch`
// finds is kept in the metadata under the entry's own words and is never noise.
// `watch` also takes the word "links". The error is a *RuleError.
func (r *Rules) Heed(ignore, watch []string) error {
	if len(ignore)+len(watch) == 0 {
		return nil
	}
	var err error
	if r.ignore, err = notices("ignore", ignore); err != nil {
		return err
	}
	if r.watch, err = notices("watch", watch); err != nil {
		return err
	}
	content, err := json.Marshal([]any{r.id, ignore, watch})
	if err != nil {
		return err
	}
	sum := sha256.Sum256(content)
	r.id = hex.EncodeToString(sum[:8])
	return nil
}

// IgnoredPatterns are the patterns of `ignore`: text that differs only in what
// they match was not edited.
func (r *Rules) IgnoredPatterns() []*regexp.Regexp {
	if r == nil {
		return nil
	}
	var out []*regexp.Regexp
	for _, n := range r.ignore {
		if n.pattern != nil {
			out = append(out, n.pattern)
		}
	}
	return out
}

func notices(field string, entries []string) ([]notice, error) {
	var out []notice
	for i, s := range entries {
		n := notice{name: s}
		var err error
		if inner, ok := between(s, "/"); ok {
			if n.pattern, err = regexp.Compile(inner); err != nil {
				return nil, &RuleError{Field: field, Index: i, Found: s, Want: "a regular expression between slashes (" + err.Error() + ")"}
			}
			if n.pattern.MatchString("") {
				return nil, &RuleError{Field: field, Index: i, Found: s, Want: "a regular expression that doesn't match the empty text"}
			}
		} else if field != "watch" || s != watchLinks {
			if n.selector, err = cascadia.Compile(s); err != nil {
				return nil, &RuleError{Field: field, Index: i, Found: s, Want: "a CSS selector, or a regular expression between slashes (" + err.Error() + ")"}
			}
		}
		out = append(out, n)
	}
	return out, nil
}

func between(s, mark string) (inner string, ok bool) {
	if len(s) < 3 || !strings.HasPrefix(s, mark) || !strings.HasSuffix(s, mark) {
		return "", false
	}
	return s[1 : len(s)-1], true
}

// leaveOut takes off the page what a person said doesn't matter.
func (x *reader) leaveOut() {
	if x.rules == nil {
		return
	}
	for _, n := range x.rules.ignore {
		if n.selector == nil {
			continue
		}
		for _, found := range n.selector.MatchAll(x.doc.root) {
			if found.Parent == nil {
				continue
			}
			if t := story.Plain(text(found)); t != "" {
				x.read.Ignored = append(x.read.Ignored, story.Ignored{Text: firstPart(t, 200), Why: "ignored by the configuration: " + n.name})
			}
			found.Parent.RemoveChild(found)
		}
	}
}

// lookOut finds what a person said matters, before anything is taken off.
func (x *reader) lookOut() map[string]string {
	if x.rules == nil {
		return nil
	}
	var page string
	found := map[string]string{}
	for _, n := range x.rules.watch {
		switch {
		case n.selector != nil:
			found[n.name] = joinTexts(n.selector.MatchAll(x.doc.root))
		case n.pattern != nil:
			if page == "" {
				page = text(x.doc.root)
			}
			found[n.name] = strings.Join(n.pattern.FindAllString(page, mostWatched), ", ")
		}
	}
	return found
}

// mostWatched is how many matches of one pattern are kept.
const mostWatched = 100

func joinTexts(nodes []*html.Node) string {
	texts := make([]string, 0, len(nodes))
	for _, n := range nodes {
		if t := story.Plain(text(n)); t != "" {
			texts = append(texts, t)
		}
	}
	return strings.Join(texts, ", ")
}

// watched puts what is watched into the metadata, and marks it so.
func (x *reader) watched(found map[string]string) {
	for name, value := range found {
		if value == "" {
			continue
		}
		if x.read.Metadata == nil {
			x.read.Metadata = map[string]string{}
		}
		x.read.Metadata[name] = value
		x.note("metadata."+name, true, story.ViaWatch)
	}
	if x.rules == nil {
		return
	}
	for _, n := range x.rules.watch {
		if n.name == watchLinks {
			x.note("metadata.links", true, story.ViaWatch)
		}
	}
}
