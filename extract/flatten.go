package extract

import (
	"bytes"

	"golang.org/x/net/html"
)

// flatten drops the elements that open beyond a depth of nesting, and keeps what
// they hold, so that the text of a page of absurd nesting can still be read.
func flatten(body []byte, depth int) []byte {
	f := flattener{depth: depth}
	z := html.NewTokenizer(bytes.NewReader(body))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return f.out.Bytes()
		case html.StartTagToken:
			raw := bytes.Clone(z.Raw())
			name, _ := z.TagName()
			f.open(string(name), raw)
		case html.EndTagToken:
			raw := bytes.Clone(z.Raw())
			name, _ := z.TagName()
			f.close(string(name), raw)
		default:
			f.out.Write(z.Raw())
		}
	}
}

// flattener keeps what is open while a page is flattened.
type flattener struct {
	out   bytes.Buffer
	stack []openTag
	kept  int // how many of the stack were kept
	depth int // how many may be
}

type openTag struct {
	name string
	kept bool
}

// leaf are the elements that hold a story's text, and are kept at any depth.
var leaf = wordSet("h1 h2 h3 h4 p title time li a script style")

// empty are the elements that hold nothing.
var empty = wordSet("area base br col embed hr img input link meta param source track wbr")

func (f *flattener) open(name string, raw []byte) {
	if empty[name] {
		f.out.Write(raw)
		return
	}
	if name == "p" || name == "li" {
		f.pop(name)
	}
	kept := f.kept < f.depth || leaf[name] && f.kept < f.depth+20
	if kept {
		f.kept++
		f.out.Write(raw)
	} else if leaf[name] {
		f.out.WriteByte('\n')
	}
	f.stack = append(f.stack, openTag{name, kept})
}

// close writes an end tag where its element was kept.
func (f *flattener) close(name string, raw []byte) {
	if f.pop(name) {
		f.out.Write(raw)
	}
}

// pop closes the last open element of a name, and those inside it; it reports
// whether that element was kept.
func (f *flattener) pop(name string) bool {
	for i := len(f.stack) - 1; i >= 0 && i >= len(f.stack)-30; i-- {
		if f.stack[i].name == name {
			kept := f.stack[i].kept
			for _, t := range f.stack[i:] {
				if t.kept {
					f.kept--
				}
			}
			f.stack = f.stack[:i]
			return kept
		}
	}
	return false
}
