package prose

import (
	"flag"
	"fmt"
	"slices"
	"sort"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

var (
	showPage  = flag.String("page", "", "print what Find makes of the corpus pages whose id contains this")
	showWorst = flag.Int("worst", 0, "print this many of the worst pages of a corpus")
)

// The measures are those of ../shared/data/extraction/score.py.

func TestScoreFundus(t *testing.T) {
	mean, bad, all := scoreBodies(t, func(*html.Node) {})
	t.Logf("fundus: body_f1 %.4f, body_bad %.4f of %d", mean, bad, len(all))
	for _, p := range all[:min(*showWorst, len(all))] {
		t.Logf("  %.3f %s", p.f1, p.id)
	}
	if mean < fundusFloor || bad > fundusBad {
		t.Errorf("body_f1 %.4f under %.4f, or body_bad %.4f over %.4f", mean, fundusFloor, bad, fundusBad)
	}
}

func TestScoreSegments(t *testing.T) {
	f1, all := scoreSegments(t, func(*html.Node) {})
	for _, p := range all[:min(*showWorst, len(all))] {
		if len(p.missing)+len(p.leaked) > 0 {
			t.Logf("  %s %s\n\t- %s\n\t+ %s", p.ID, p.File, strings.Join(p.missing, "\n\t- "), strings.Join(p.leaked, "\n\t+ "))
		}
	}
	if f1 < segmentFloor {
		t.Errorf("segment F1 %.4f under %.4f", f1, segmentFloor)
	}
}

// TestScoreWithoutNames takes every class, id and data attribute away: what a
// publisher renames tomorrow must not decide what the story is.
func TestScoreWithoutNames(t *testing.T) {
	mean, bad, _ := scoreBodies(t, dropNames)
	t.Logf("fundus without names: body_f1 %.4f, body_bad %.4f", mean, bad)
	f1, _ := scoreSegments(t, dropNames)
	if mean < namelessFloor || f1 < namelessSegments {
		t.Errorf("body_f1 %.4f under %.4f, or segment F1 %.4f under %.4f", mean, namelessFloor, f1, namelessSegments)
	}
}

func dropNames(doc *html.Node) {
	for n := range doc.Descendants() {
		n.Attr = slices.DeleteFunc(n.Attr, func(a html.Attribute) bool {
			return a.Key == "class" || a.Key == "id" || strings.HasPrefix(a.Key, "data-")
		})
	}
}

// bodyScore is what a page of fundus scored.
type bodyScore struct {
	id string
	f1 float64
}

// scoreBodies scores fundus, its pages changed first; worst pages first.
func scoreBodies(t *testing.T, change func(*html.Node)) (mean, bad float64, all []bodyScore) {
	for _, r := range corpus[row](t, "extraction/fundus/truth.jsonl") {
		doc := parsePage(t, "extraction/fundus/"+r.File)
		hints := hintsOf(doc)
		change(doc)
		got := Find(doc, hints)
		f1 := tokenF1(strings.Join(r.Body, "\n"), strings.Join(got.Paragraphs, "\n"))
		all = append(all, bodyScore{r.ID, f1})
		mean += f1
		if f1 < 0.8 {
			bad++
		}
		if *showPage != "" && strings.Contains(r.ID, *showPage) {
			show(t, doc, r, got, f1)
		}
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].f1 < all[j].f1 })
	n := float64(len(all))
	return mean / n, bad / n, all
}

// segmentScore is what a page of trafilatura scored.
type segmentScore struct {
	row
	missing, leaked []string
}

// scoreSegments scores trafilatura, its pages changed first; worst pages first.
func scoreSegments(t *testing.T, change func(*html.Node)) (f1 float64, all []segmentScore) {
	tp, fp, fn := 0, 0, 0
	for _, r := range corpus[row](t, "extraction/trafilatura/truth.jsonl") {
		doc := parsePage(t, "extraction/trafilatura/"+r.File)
		hints := hintsOf(doc)
		change(doc)
		got := Find(doc, hints)
		text := squash(strings.Join(got.Paragraphs, "\n"))
		p := segmentScore{row: r}
		for _, s := range r.With {
			if strings.Contains(text, squash(s)) {
				tp++
			} else {
				p.missing = append(p.missing, s)
			}
		}
		for _, s := range r.Without {
			if strings.Contains(text, squash(s)) {
				p.leaked = append(p.leaked, s)
			}
		}
		fn, fp = fn+len(p.missing), fp+len(p.leaked)
		all = append(all, p)
		if *showPage != "" && strings.Contains(r.ID+" "+r.File, *showPage) {
			show(t, doc, r, got, 0)
		}
	}
	sort.SliceStable(all, func(i, j int) bool {
		return len(all[i].missing)+len(all[i].leaked) > len(all[j].missing)+len(all[j].leaked)
	})
	f1 = 2 * float64(tp) / float64(2*tp+fp+fn)
	t.Logf("trafilatura: segment recall %.4f, precision %.4f, F1 %.4f of %d pages",
		float64(tp)/float64(tp+fn), float64(tp)/float64(tp+fp), f1, len(all))
	return f1, all
}

// Floors: what was reached, less a hair.
const (
	fundusFloor      = 0.973
	fundusBad        = 0.018
	segmentFloor     = 0.955
	namelessFloor    = 0.956
	namelessSegments = 0.933
)

func readPage(doc *html.Node) Text {
	return Find(doc, hintsOf(doc))
}

// show prints what a page's paragraphs have too much (+) and what the truth has
// that they lack (-), with the elements that each stands in.
func show(t *testing.T, doc *html.Node, r row, got Text, f1 float64) {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s f1 %.3f score %.2f via %s\n", r.ID, r.File, f1, got.Score, got.Via)
	whole := key(strings.Join(append(r.Body, r.With...), ""))
	found := key(strings.Join(got.Paragraphs, ""))
	for i, s := range got.Paragraphs {
		if strings.Contains(whole, key(s)) {
			fmt.Fprintf(&b, "  %.40s\n", s)
			continue
		}
		mark := "+"
		for _, w := range r.Without {
			if strings.Contains(s, squash(w)) {
				mark = "!"
			}
		}
		fmt.Fprintf(&b, "%s %.160s\n\t\t%s\n", mark, s, chain(got.Nodes[i]))
	}
	p := scan(doc, false)
	p.judge(hintsOf(doc))
	if root := p.chooseRoot(hintsOf(doc)); root >= 0 {
		p.choose(root, hintsOf(doc))
		e := &p.elems[root]
		fmt.Fprintf(&b, "root %.0f of %.0f, blocks %d-%d, h1 %d: %s\n", p.prose(e), p.prose(&p.elems[0]), e.first, e.last, p.h1, chain(e.node))
	}
	for _, s := range append(r.Body, r.With...) {
		k := key(s)
		if strings.Contains(found, k) {
			continue
		}
		fmt.Fprintf(&b, "- %.160s\n", s)
		for i, bl := range p.blocks {
			if bk := key(bl.text); strings.Contains(bk, k) || len(bk) > 20 && strings.Contains(k, bk) {
				by := ""
				for e := bl.elem; e >= 0; e = p.elems[e].parent {
					if s := p.elems[e].sign & noiseSigns; s != 0 {
						by += " " + s.reason() + "@" + strings.SplitN(chain(p.elems[e].node), " < ", 2)[0]
					}
				}
				fmt.Fprintf(&b, "\t\tblock %d %s value %.0f w %d link %d [%s] %s\n", i, bl.noise.reason(), bl.value, bl.weight, bl.link, by, chain(p.elems[bl.elem].node))
			}
		}
	}
	for _, g := range got.Ignored {
		fmt.Fprintf(&b, "ignored %s: %s\n", g.Why, g.Text)
	}
	t.Log(b.String())
}

func chain(n *html.Node) string {
	var names []string
	for ; n != nil && n.Type == html.ElementNode && len(names) < 6; n = n.Parent {
		name := n.Data
		for _, a := range n.Attr {
			if a.Key == "class" || a.Key == "id" {
				name += fmt.Sprintf(".%.50s", a.Val)
			}
		}
		names = append(names, name)
	}
	return strings.Join(names, " < ")
}

func squash(s string) string {
	return strings.Join(strings.Fields(norm.NFC.String(s)), " ")
}

// tokenF1 is the F1 between bags of tokens: case folded runs of letters and
// digits; a kana or a Han character is a token by itself.
func tokenF1(truth, found string) float64 {
	a, b := tokens(truth), tokens(found)
	if len(a)+len(b) == 0 {
		return 1
	}
	bag := map[string]int{}
	for _, w := range a {
		bag[w]++
	}
	both := 0
	for _, w := range b {
		if bag[w] > 0 {
			bag[w]--
			both++
		}
	}
	return 2 * float64(both) / float64(len(a)+len(b))
}

func tokens(s string) []string {
	var out []string
	var w []rune
	end := func() {
		if len(w) > 0 {
			out = append(out, string(w))
			w = w[:0]
		}
	}
	for _, r := range cases.Fold().String(norm.NFKC.String(s)) {
		switch {
		case r >= 0x3040 && r <= 0x30ff || r >= 0x31f0 && r <= 0x31ff || r >= 0x3400 && r <= 0x4dbf ||
			r >= 0x4e00 && r <= 0x9fff || r >= 0xf900 && r <= 0xfaff || r >= 0x20000 && r <= 0x3ffff:
			end()
			out = append(out, string(r))
		case unicode.IsLetter(r) || unicode.IsNumber(r) || r == '_':
			w = append(w, r)
		default:
			end()
		}
	}
	end()
	return out
}
