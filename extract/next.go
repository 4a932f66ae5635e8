package extract

import "stakeout/story"

// Join appends the further pages of a story to its first. A paragraph that the
// story has already is not repeated.
func Join(first story.Reading, further ...story.Reading) story.Reading {
	seen := map[string]bool{}
	for _, p := range first.Body {
		seen[normal(p)] = true
	}
	out := first
	out.Body = append([]string(nil), first.Body...)
	for _, page := range further {
		for _, p := range page.Body {
			if key := normal(p); !seen[key] {
				seen[key] = true
				out.Body = append(out.Body, p)
			}
		}
	}
	out.Next = ""
	return out
}
