package newsroom

import (
	"fmt"
	"html/template"
	"math/rand/v2"
	"strings"
	"time"
)

// churn is what differs between two responses though no story does: counters,
// tokens, class names, adverts, the order of attributes, "3 minutes ago".
type churn struct {
	rng   *rand.Rand
	now   time.Time
	build string // what class names end in
}

// churn returns that of the next response; on a still newsroom always the same.
func (n *Newsroom) churn() *churn {
	c := &churn{now: n.opened}
	var stream uint64
	if !n.still {
		stream, c.now = n.served.Add(1), n.now()
	}
	c.rng = newRand(n.seed, 1000+stream)
	c.build = c.Token(5)
	return c
}

// Token is a random token of n characters.
func (c *churn) Token(n int) string {
	const digits = "0123456789abcdef"
	b := make([]byte, n)
	for i := range b {
		b[i] = digits[c.rng.IntN(len(digits))]
	}
	return string(b)
}

// Count is a random number between lo and hi.
func (c *churn) Count(lo, hi int) string {
	return grouped(lo+c.rng.IntN(hi-lo+1), 0, 1)
}

// Class is a class name as a build or an A/B test makes it.
func (c *churn) Class(name string) string {
	if c.rng.IntN(3) == 0 {
		return "css-" + c.build + " " + name + "--" + []string{"a", "b"}[c.rng.IntN(2)]
	}
	return name + "_" + c.build
}

// Attrs writes name and value pairs as attributes, in any order.
func (c *churn) Attrs(pairs ...string) template.HTMLAttr {
	var out []string
	for i := 0; i+1 < len(pairs); i += 2 {
		out = append(out, fmt.Sprintf(` %s="%s"`, pairs[i], template.HTMLEscapeString(pairs[i+1])))
	}
	c.rng.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return template.HTMLAttr(strings.Join(out, ""))
}

// Ago is how long ago a time is, as sites say it.
func (c *churn) Ago(t time.Time) string {
	d := c.now.Sub(t)
	switch {
	case d < time.Minute:
		return "just now"
	case d < time.Hour:
		return plural(int(d.Minutes()), "minute")
	case d < 24*time.Hour:
		return plural(int(d.Hours()), "hour")
	}
	return plural(int(d.Hours()/24), "day")
}

func plural(n int, unit string) string {
	if n != 1 {
		unit += "s"
	}
	return fmt.Sprintf("%d %s ago", n, unit)
}

// Advert is an advert between two paragraphs, on some responses.
func (c *churn) Advert() template.HTML {
	switch c.rng.IntN(6) {
	case 0:
		return template.HTML(fmt.Sprintf(`<div class="ad-slot" id="ad-%s" data-size="%dx%d"><span>Advertisement</span></div>`,
			c.Token(6), 300+c.rng.IntN(4)*10, 250))
	case 1:
		return template.HTML(fmt.Sprintf(`<aside class="advert %s"><p>Sponsored: %s</p><a href="/out?c=%s">Find out more</a></aside>`,
			c.Class("promo"), slogans[c.rng.IntN(len(slogans))], c.Token(10)))
	case 2:
		return template.HTML(fmt.Sprintf(`<ins class="adsbygoogle" data-ad-slot="%s" data-ad-format="fluid"></ins><script>(window.ads = window.ads || []).push({slot: "%s"});</script>`,
			c.Token(8), c.Token(4)))
	}
	return ""
}

var slogans = []string{
	"Shoes that walk by themselves, from 49.90",
	"Your boiler is older than you think. Ask us.",
	"12 islands, 7 nights, one price",
	"Learn to play the organ in 30 days",
	"A mattress that remembers your name",
}

// paragraph prints one block of a story: between tags that vary, with spaces
// that nobody sees, with straight or typographic quotes, at times with an empty
// advert inside.
func (c *churn) paragraph(p *piece, tag, s string) template.HTML {
	if !p.exact && (p.curly || c.rng.IntN(4) == 0) {
		s = curl(s)
	}
	s = template.HTMLEscapeString(s)
	s = strings.NewReplacer("&#34;", `"`, "&#39;", "'").Replace(s)
	if i := strings.Index(s, ". "); i > 0 && c.rng.IntN(6) == 0 {
		s = s[:i+1] + fmt.Sprintf(` <ins class="adsbygoogle" data-ad-slot="%s"></ins>`, c.Token(6)) + s[i+1:]
	}
	if c.rng.IntN(3) == 0 {
		s = strings.Replace(s, ", ", ",\n\t", 1)
	}
	var attrs template.HTMLAttr
	if c.rng.IntN(3) > 0 {
		attrs = c.Attrs("class", c.Class("para"), "data-node", c.Token(6))
	}
	return template.HTML(fmt.Sprintf("<%s%s>%s</%s>", tag, attrs, s, tag))
}

// curl sets straight quotes as a typesetter would.
func curl(s string) string {
	var b strings.Builder
	open := true // whether a quote here would open
	for _, r := range s {
		switch {
		case r == '"' && open:
			r = '“'
		case r == '"':
			r = '”'
		case r == '\'' && open:
			r = '‘'
		case r == '\'':
			r = '’'
		}
		open = r == ' ' || r == '(' || r == '“'
		b.WriteRune(r)
	}
	return b.String()
}
