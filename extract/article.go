package extract

import (
	"net/url"
	"strings"
)

// article is the JSON-LD node of the story that the page is about; nil where
// there is none. Of several the one that agrees with the page wins: its address,
// its headline against the h1 and the title, its richness.
func (d *doc) article() ldNode {
	if d.articleKnown {
		return d.articleNode
	}
	d.articleKnown = true
	best := -1
	for _, n := range d.ld {
		if !n.isArticle() {
			continue
		}
		if score := d.agreement(n); score > best {
			best, d.articleNode = score, n
		}
	}
	if best < 0 {
		d.articleNode = nil
	}
	return d.articleNode
}

// agreement scores how well an article node fits the page it is on. A node that
// names another address and a headline that stands nowhere on the page is
// another story's: below 0.
func (d *doc) agreement(n ldNode) int {
	score := 1
	headline := normal(n.str("headline"))
	if headline == "" {
		headline = normal(n.str("name"))
	}
	said := headline != "" && d.says(headline)
	if said {
		score += 6
	}
	where := ldAddress(n)
	if where != "" {
		if samePath(where, d.url) || d.canonical != "" && samePath(where, d.resolve(d.canonical)) {
			score += 5
		} else if headline != "" && !said {
			return -1
		}
	}
	for _, key := range []string{"articleBody", "datePublished", "author"} {
		if n[key] != nil {
			score++
		}
	}
	if n.is("CreativeWork", "Report") {
		score -= 3
	}
	return score
}

// says reports whether the h1, the title or og:title has the headline, or its
// greater part.
func (d *doc) says(headline string) bool {
	h := strings.ToLower(headline)
	candidates := []string{d.title}
	if og, _ := d.meta("og:title"); og != "" {
		candidates = append(candidates, og)
	}
	for _, n := range d.h1 {
		candidates = append(candidates, text(n))
	}
	for _, c := range candidates {
		c = strings.ToLower(normal(c))
		if c == "" {
			continue
		}
		if strings.Contains(c, h) || len(c) > 15 && strings.Contains(h, c) || overlap(c, h) >= 0.6 {
			return true
		}
	}
	return false
}

// ldAddress is the address that an article node says it is at.
func ldAddress(n ldNode) string {
	if m, ok := firstOf(n["mainEntityOfPage"]).(map[string]any); ok {
		if id, ok := m["@id"].(string); ok && strings.HasPrefix(id, "http") {
			return id
		}
		if u, ok := m["url"].(string); ok {
			return u
		}
	}
	if s, ok := firstOf(n["mainEntityOfPage"]).(string); ok && strings.HasPrefix(s, "http") {
		return s
	}
	if s, ok := firstOf(n["url"]).(string); ok {
		return s
	}
	return ""
}

// samePath reports whether two addresses have the same path, a trailing slash
// and an extension aside; hosts may differ as www, m and amp do.
func samePath(a, b string) bool {
	ua, errA := url.Parse(strings.TrimSpace(a))
	ub, errB := url.Parse(strings.TrimSpace(b))
	if errA != nil || errB != nil {
		return false
	}
	pa, pb := strings.Trim(ua.Path, "/"), strings.Trim(ub.Path, "/")
	return pa != "" && strings.EqualFold(pa, pb)
}
