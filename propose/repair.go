package propose

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"stakeout/extract"
	"stakeout/story"
)

// Broken is a page whose rule for a field stopped matching, and what the story had
// when it last did.
type Broken struct {
	Page extract.Page
	Had  story.Reading
}

// Repair is a rule that gives again what the stories had.
type Repair struct {
	Field string
	Rule  extract.Rule
	Gives int // on how many pages it gives the same
	Of    int // of how many
}

// Mend looks for a rule that gives a field on broken pages as their stories had it:
// first where the automatic reader finds it, then where the recorded words stand.
// It proposes only what works on more than half of the pages, and on two at least
// where there are two; ok is false where nothing does.
func Mend(field string, pages []Broken) (best Repair, ok bool) {
	for _, r := range mends(field, pages) {
		gives := 0
		for _, p := range pages {
			if restores(field, r, p) {
				gives++
			}
		}
		if gives > best.Gives {
			best = Repair{Field: field, Rule: r, Gives: gives, Of: len(pages)}
		}
	}
	return best, 2*best.Gives > len(pages) && best.Gives >= min(2, len(pages))
}

// maxMends bounds how many rules are tried.
const maxMends = 80

// mends are the rules that may give a field again, the likeliest first.
func mends(field string, pages []Broken) []extract.Rule {
	var out []extract.Rule
	add := func(r extract.Rule) {
		if len(out) < maxMends && !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	for _, css := range cssCandidates[field] {
		add(extract.Rule{CSS: css})
	}
	for _, p := range pages[:min(len(pages), 4)] {
		if r, ok := ruleOf(extract.Read(p.Page, nil, nil).Via[field], field); ok {
			add(r)
		}
		for _, css := range standing(field, p) {
			add(extract.Rule{CSS: css})
		}
	}
	return out
}

// restores reports whether a rule gives on a page what its story had. Of a body
// nine tenths of the paragraphs do: the story may have been edited since.
func restores(field string, r extract.Rule, p Broken) bool {
	rules, err := extract.Compile(map[string][]extract.Rule{field: {r}}, nil)
	if err != nil {
		return false
	}
	read := extract.Read(p.Page, rules, nil)
	want, got := normals(valuesOf(p.Had, field)), normals(valuesOf(read, field))
	if field != "body" {
		return len(want) > 0 && slices.Equal(want, got)
	}
	both := 0
	for _, w := range want {
		if slices.Contains(got, w) {
			both++
		}
	}
	return both > 0 && 10*both >= 9*len(want) && 10*both >= 9*len(got)
}

// valuesOf are what a reading says of a field, those of a source's own among them.
func valuesOf(r story.Reading, field string) []string {
	if v := values(r, field); v != nil {
		return v
	}
	if v := r.Metadata[strings.TrimPrefix(field, "metadata.")]; v != "" {
		return []string{v}
	}
	return nil
}

func normals(texts []string) []string {
	out := make([]string, 0, len(texts))
	for _, t := range texts {
		if t = story.Normal(t); t != "" {
			out = append(out, t)
		}
	}
	return out
}

// standing are selectors of where a field's recorded words stand on a page: of a
// body, of what holds its paragraphs.
func standing(field string, p Broken) []string {
	root, err := html.Parse(bytes.NewReader(extract.Decode(p.Page.Body, p.Page.ContentType)))
	if err != nil {
		return nil
	}
	doc := goquery.NewDocumentFromNode(root)
	wanted := map[string]bool{}
	for _, w := range normals(valuesOf(p.Had, field)) {
		wanted[w] = true
	}
	var found []*goquery.Selection
	doc.Find("body *").Each(func(_ int, s *goquery.Selection) {
		if wanted[story.Normal(story.Plain(s.Text()))] {
			found = append(found, s)
		}
	})
	var out []string
	seen := map[string]bool{}
	add := func(css string) {
		if css != "" && !seen[css] {
			seen[css] = true
			out = append(out, css)
		}
	}
	for _, s := range found {
		own := goquery.NodeName(s)
		for _, name := range names(s) {
			add(name)
		}
		for depth, holder := 0, s.Parent(); depth < 4 && holder.Length() > 0 && goquery.NodeName(holder) != "body"; depth, holder = depth+1, holder.Parent() {
			for _, name := range names(holder) {
				add(name + " " + own)
			}
		}
	}
	return out
}

// steady is a class or ID that people gave: no generated one, which changes with
// every build of a site.
var steady = regexp.MustCompile(`^[A-Za-z][A-Za-z]*(?:[-_]{1,2}[A-Za-z]+)*$`)

// vowelled tells names that can be said from letters at random.
var vowelled = regexp.MustCompile(`(?i)[aeiouy]`)

// maxName is the longest name that is worth a rule.
const maxName = 40

func isSteady(name string) bool {
	return len(name) <= maxName && len(name) > 1 && steady.MatchString(name) && vowelled.MatchString(name) && !strings.Contains(strings.ToLower(name), "css-")
}

// names are short selectors of one element by what it is called, most telling
// first: its meaning, its data, its classes.
func names(s *goquery.Selection) []string {
	var out []string
	tag := goquery.NodeName(s)
	for _, attr := range []string{"itemprop", "data-testid", "data-part", "data-component", "data-role", "role"} {
		if v, ok := s.Attr(attr); ok && isSteady(v) {
			out = append(out, "["+attr+"="+v+"]")
		}
	}
	for _, a := range s.Get(0).Attr {
		if strings.HasPrefix(a.Key, "data-") && isSteady(a.Val) {
			if css := "[" + a.Key + "=" + a.Val + "]"; !slices.Contains(out, css) && isSteady(strings.TrimPrefix(a.Key, "data-")) {
				out = append(out, css)
			}
		}
	}
	if id, ok := s.Attr("id"); ok && isSteady(id) {
		out = append(out, "#"+id)
	}
	for _, class := range strings.Fields(s.AttrOr("class", "")) {
		if isSteady(class) {
			out = append(out, "."+class, tag+"."+class)
		}
	}
	switch tag {
	case "article", "main", "h1", "h2", "time", "address", "section":
		out = append(out, tag)
	}
	return out
}

// Text is a rule as it is written in a configuration.
func (r Repair) Text() string { return rule(r.Rule) }

// Holds reports whether the rule gives on every page what its story had.
func (r Repair) Holds(pages []Broken) bool {
	for _, p := range pages {
		if !restores(r.Field, r.Rule, p) {
			return false
		}
	}
	return true
}
