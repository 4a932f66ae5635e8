package extract

import (
	"strings"

	"stakeout/story"
)

// Join appends the further pages of a story to its first, in order. A paragraph
// that an earlier page has already is not repeated, and a page under another
// headline is another story's: it and what follows it are left out.
func Join(first story.Reading, further ...story.Reading) story.Reading {
	out := first
	out.Body = append([]string(nil), first.Body...)
	out.Ignored = append([]story.Ignored(nil), first.Ignored...)
	out.Next = ""
	for _, page := range further {
		if page.Trouble.Outcome != "" || page.Headline != "" && overlap(first.Headline, page.Headline) < 0.5 {
			break
		}
		seen := map[string]bool{}
		for _, p := range out.Body {
			seen[story.Normal(p)] = true
		}
		for _, p := range page.Body {
			if !seen[story.Normal(p)] {
				out.Body = append(out.Body, p)
			}
		}
		out.Ignored = append(out.Ignored, page.Ignored...)
		out.Prints = append(append(story.Prints(nil), out.Prints...), page.Prints...).Sorted()
		out.Metadata = joinLinks(out.Metadata, page.Metadata["links"])
	}
	return out
}

// joinLinks adds the links of a further page to those of the story, each once.
func joinLinks(metadata map[string]string, more string) map[string]string {
	if more == "" {
		return metadata
	}
	out := map[string]string{}
	for k, v := range metadata {
		out[k] = v
	}
	links := strings.Split(out["links"], "\n")
	seen := map[string]bool{"": true}
	var kept []string
	for _, l := range append(links, strings.Split(more, "\n")...) {
		if !seen[l] {
			seen[l] = true
			kept = append(kept, l)
		}
	}
	out["links"] = strings.Join(kept, "\n")
	return out
}
