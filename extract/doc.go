package extract

import (
	"bytes"
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"stakeout/story"
)

// doc is a parsed page with the signals that a walk over it gathers.
type doc struct {
	root *html.Node
	url  string

	title     string
	lang      string
	canonical string
	metas     map[string][]string // by lower-case name, property or http-equiv, in page order
	h1        []*html.Node
	headings  []*html.Node            // h1 to h4, in page order
	props     map[string][]*html.Node // elements by their itemprop
	ld        []ldNode
	state     []embedded // scripts that may embed the page's state as JSON
	stream    []string   // scripts that feed __next_f, in order
	nodes     int

	articleNode    ldNode
	articleKnown   bool
	heading        *html.Node
	headingKnown   bool
	headingRead    string
	titlesKnown    []string
	sites          []string
	signs          map[string]signs
	headingHolders map[*html.Node]bool
	linkers        map[*html.Node]bool
	tagLabels      map[*html.Node]float64
	sitesStated    int    // how many of them the page states itself
	bodyText       string // the story's text, once read
	bylineFound    *byline
	bylineKnown    bool
	deep           bool // nested too deep to be read whole
	shownDates     []shownDate
	shownKnown     bool
	drawn          string          // where the state is that an empty page was drawn from
	supplied       map[string]bool // the metadata that was drawn
}

// maxNesting is the depth of nesting that a page is read with; deeper pages are
// cut there first, since x/net/html refuses more than 512 open elements.
const maxNesting = 300

// parse reads a page's HTML and takes off it what the rules drop. It fails only
// on what is no HTML at all.
func parse(body []byte, address string, r *Rules) (*doc, error) {
	root, err := html.Parse(bytes.NewReader(body))
	deep := err != nil
	for depth := maxNesting; err != nil && depth > 10; depth /= 4 {
		root, err = html.Parse(bytes.NewReader(flatten(body, depth)))
	}
	if err != nil {
		return nil, err
	}
	d := &doc{root: root, url: address, deep: deep, metas: map[string][]string{}, props: map[string][]*html.Node{}, signs: map[string]signs{}, linkers: map[*html.Node]bool{}, tagLabels: map[*html.Node]float64{}}
	if bytes.Contains(body, []byte("$R")) {
		putInPlace(root)
	}
	d.remove(r)
	d.gather(root)
	linkLD(d.ld)
	d.draw()
	return d, nil
}

// gather walks the page once and takes down its signals.
func (d *doc) gather(root *html.Node) {
	for n := range root.Descendants() {
		d.nodes++
		if n.Type != html.ElementNode {
			continue
		}
		for _, prop := range strings.Fields(attr(n, "itemprop")) {
			d.props[prop] = append(d.props[prop], n)
		}
		switch n.DataAtom {
		case atom.Html:
			d.lang = attr(n, "lang")
			if d.lang == "" {
				d.lang = attr(n, "xml:lang")
			}
		case atom.Title:
			if d.title == "" && n.Namespace == "" {
				d.title = story.Plain(text(n))
			}
		case atom.Meta:
			d.gatherMeta(n)
		case atom.Link:
			if d.canonical == "" && hasWord(attr(n, "rel"), "canonical") {
				d.canonical = strings.TrimSpace(attr(n, "href"))
			}
		case atom.H1:
			d.h1 = append(d.h1, n)
			d.headings = append(d.headings, n)
		case atom.H2, atom.H3, atom.H4:
			d.headings = append(d.headings, n)
		case atom.Script:
			d.gatherScript(n)
		}
	}
}

func (d *doc) gatherMeta(n *html.Node) {
	content := story.Plain(attr(n, "content"))
	if content == "" {
		return
	}
	for _, key := range []string{"property", "name", "itemprop", "http-equiv"} {
		if name := strings.ToLower(strings.TrimSpace(attr(n, key))); name != "" {
			d.metas[name] = append(d.metas[name], content)
		}
	}
}

func (d *doc) gatherScript(n *html.Node) {
	kind := strings.ToLower(attr(n, "type"))
	s := rawText(n)
	switch {
	case strings.Contains(kind, "ld+json"):
		d.ld = append(d.ld, parseLD(s)...)
	case strings.Contains(s[:min(len(s), 100)], "__next_f"):
		d.stream = append(d.stream, s)
	case len(s) < 2*leastText:
		if strings.Contains(kind, "json") && len(s) > 20 {
			d.state = append(d.state, embedded{s, "script " + kind})
		}
	case attr(n, "id") == "__NEXT_DATA__":
		d.state = append(d.state, embedded{s, "__NEXT_DATA__"})
	case strings.Contains(kind, "json"):
		d.state = append(d.state, embedded{s, "script " + kind})
	case kind == "" || strings.Contains(kind, "javascript") || kind == "module":
		if strings.Contains(s[:min(len(s), 2000)], "={") || strings.Contains(s[:min(len(s), 2000)], "= {") || strings.Contains(s[:min(len(s), 2000)], "JSON.parse(") || strings.Contains(s[:min(len(s), 2000)], "=[") {
			d.state = append(d.state, embedded{s, "script"})
		}
	}
}

// meta returns the first value of the first of names that the page has.
func (d *doc) meta(names ...string) (value, name string) {
	for _, name := range names {
		if v := d.metas[name]; len(v) > 0 {
			return v[0], name
		}
	}
	return "", ""
}

// resolve makes an address of the page absolute; "" where it is none of http.
func (d *doc) resolve(ref string) string {
	base, err := url.Parse(d.url)
	if err != nil {
		return ""
	}
	u, err := base.Parse(strings.TrimSpace(ref))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	u.Fragment = ""
	return u.String()
}
