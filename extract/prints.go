package extract

import (
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"stakeout/story"
)

// minPrint is the length in bytes of the shortest line that is printed: shorter
// ones stand on many pages.
const minPrint = 12

// prints takes the prints of every line that a page shows, whatever part of the
// page it is in: what stands between two edges of blocks, and of that, what
// stands between two line breaks.
func prints(root *html.Node) story.Prints {
	p := printer{}
	p.walk(root)
	p.endBlock()
	return p.prints.Sorted()
}

// printer gathers lines as a walk meets them.
type printer struct {
	block  []byte
	start  int    // where in the block its line begins
	whole  string // the block's text while it is of one node, which is then not copied
	broken bool   // the block has a line break
	prints story.Prints
}

func (p *printer) walk(n *html.Node) {
	switch n.Type {
	case html.TextNode:
		p.add(n.Data)
		return
	case html.ElementNode:
		switch n.DataAtom {
		case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Svg, atom.Head:
			return
		case atom.Br:
			p.add(" ")
			p.endLine()
			p.broken = true
			return
		}
	case html.CommentNode, html.DoctypeNode:
		return
	}
	edge := isBlock(n)
	if edge {
		p.endBlock()
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		p.walk(c)
	}
	if edge {
		p.endBlock()
	}
}

func (p *printer) add(s string) {
	switch {
	case p.whole == "" && len(p.block) == 0:
		p.whole = s
	case p.whole != "":
		p.block = append(append(p.block, p.whole...), s...)
		p.whole = ""
	default:
		p.block = append(p.block, s...)
	}
}

func (p *printer) endLine() {
	if p.whole != "" {
		p.put(p.whole)
		p.start = len(p.whole)
		return
	}
	p.put(string(p.block[p.start:]))
	p.start = len(p.block)
}

func (p *printer) endBlock() {
	if p.broken {
		p.endLine()
	}
	if p.whole != "" {
		p.put(p.whole)
	} else {
		p.put(string(p.block))
	}
	p.block, p.whole, p.start, p.broken = p.block[:0], "", 0, false
}

func (p *printer) put(s string) {
	if len(s) < minPrint {
		return
	}
	if s = story.Normal(s); len(s) >= minPrint {
		p.prints.Add(s)
	}
}
