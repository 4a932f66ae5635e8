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

// agreement scores how well an article node fits the page it is on. A node whose
// headline stands nowhere on the page is another story's, below 0, unless it
// names the page's address.
func (d *doc) agreement(n ldNode) int {
	score := 1
	headline := n.str("headline")
	if headline == "" {
		headline = n.str("name")
	}
	said, told := headline != "" && d.says(headline), headline == "" || len(d.shownTitles()) == 0
	if said {
		score += 6
	}
	where := ldAddress(n)
	switch {
	case where != "" && (samePath(where, d.url) || d.canonical != "" && samePath(where, d.resolve(d.canonical))):
		score += 5
	case !said && !told && (where != "" || d.nearest(headline) < 0.3):
		return -1
	}
	for _, key := range []string{"articleBody", "datePublished", "author"} {
		if n[key] != nil {
			score++
		}
	}
	if n.is("CreativeWork", "Report") {
		score -= 3
	}
	return max(0, score)
}

// shownTitles are the page's headings of the first rank and its titles.
func (d *doc) shownTitles() []string {
	titles := []string{d.title}
	og, _ := d.meta("og:title")
	titles = append(titles, og)
	for _, n := range d.h1 {
		titles = append(titles, text(n))
	}
	return distinct(titles)
}

// nearest is how much of a headline's words the nearest of the titles has.
func (d *doc) nearest(headline string) float64 {
	best := 0.0
	for _, t := range d.shownTitles() {
		best = max(best, overlap(headline, t))
	}
	return best
}

// says reports whether the h1, the title or og:title has the headline, or its
// greater part.
func (d *doc) says(headline string) bool {
	h := fold(headline)
	for _, t := range d.shownTitles() {
		c := fold(t)
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
