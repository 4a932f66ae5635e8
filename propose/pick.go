package propose

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"stakeout/extract"
	"stakeout/story"
)

// Parsed is a page as elements, which are numbered from 1 in the order in which
// they begin.
type Parsed struct {
	Root     *html.Node
	Elements []*html.Node
	Number   map[*html.Node]int
}

// Parse parses a page.
func Parse(p extract.Page) (Parsed, error) {
	root, err := html.Parse(bytes.NewReader(extract.Decode(p.Body, p.ContentType)))
	if err != nil {
		return Parsed{}, err
	}
	out := Parsed{Root: root, Number: map[*html.Node]int{}}
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			out.Elements = append(out.Elements, n)
			out.Number[n] = len(out.Elements)
		}
	}
	return out, nil
}

// Text is what an element says, in normal form.
func Text(n *html.Node) string {
	return story.Normal(story.Plain(goquery.NewDocumentFromNode(n).Text()))
}

// many are the fields that take every match of a selector.
var many = map[string]bool{"body": true, "tags": true, "authors": true}

// maxPicks is how many rules are offered for an element.
const maxPicks = 5

// Pick makes rules of an element of a page for a field, those that select least
// first: such as select it, or it among several if the field takes several, and give
// what it says.
func Pick(field string, page extract.Page, parsed Parsed, n *html.Node) []string {
	doc := goquery.NewDocumentFromNode(parsed.Root)
	said := Text(n)
	var out []string
	matches := map[string]int{}
	for _, r := range picks(doc.FindNodes(n)) {
		text := rule(r)
		if slices.Contains(out, text) || r.CSS != "" && !selects(doc, r.CSS, n, many[field]) {
			continue
		}
		rules, err := extract.Compile(map[string][]extract.Rule{field: {r}}, nil)
		if err != nil {
			continue
		}
		values := valuesOf(extract.Read(page, rules, nil), field)
		if len(values) == 0 || field == "headline" && !slices.Contains(normals(values), said) || field == "body" && !holdsAny(normals(values), said) {
			continue
		}
		out = append(out, text)
		if r.CSS != "" {
			matches[text] = doc.Find(r.CSS).Length()
		}
	}
	if field != "body" { // whose rules are the better the nearer their holder is
		slices.SortStableFunc(out, func(a, b string) int {
			return cmp.Or(cmp.Compare(matches[a], matches[b]), cmp.Compare(len(a), len(b)))
		})
	}
	return out[:min(len(out), maxPicks)]
}

func holdsAny(values []string, said string) bool {
	return slices.ContainsFunc(values, func(v string) bool { return v == said || strings.Contains(said, v) || strings.Contains(v, said) })
}

// selects reports whether a selector finds an element: first of all, or among all.
func selects(doc *goquery.Document, css string, n *html.Node, among bool) bool {
	found := doc.Find(css)
	if among {
		return slices.Contains(found.Nodes, n)
	}
	return found.Length() > 0 && found.Nodes[0] == n
}

// maxHolders is how far out of an element its holders are named.
const maxHolders = 5

// picks are rules that may select an element: what it is called, what holds it, and
// the label beside it.
func picks(s *goquery.Selection) []extract.Rule {
	var out []extract.Rule
	own := goquery.NodeName(s)
	for _, name := range append(names(s), own) {
		if !anything[name] {
			out = append(out, extract.Rule{CSS: name})
		}
	}
	for depth, holder := 0, s.Parent(); depth < maxHolders && holder.Length() > 0 && goquery.NodeName(holder) != "html"; depth, holder = depth+1, holder.Parent() {
		for _, name := range names(holder) {
			out = append(out, extract.Rule{CSS: name + " " + own}, extract.Rule{CSS: name + " > " + own})
			for _, mine := range names(s) {
				out = append(out, extract.Rule{CSS: name + " " + mine})
			}
		}
	}
	if label := labelOf(s); label != "" {
		out = append(out, extract.Rule{Label: label})
	}
	return out
}

// maxLabel is how long a label is at most, in bytes.
const maxLabel = 40

// labelOf is the label before an element: a term, a table's head, or a text that
// ends in a colon.
func labelOf(s *goquery.Selection) string {
	before := s.Prev()
	text := story.Plain(before.Text())
	trimmed := strings.TrimSuffix(strings.TrimSpace(text), ":")
	switch name := goquery.NodeName(before); {
	case trimmed == "" || len(trimmed) > maxLabel:
		return ""
	case name == "dt" || name == "th" || trimmed != strings.TrimSpace(text):
		return trimmed
	}
	return ""
}
