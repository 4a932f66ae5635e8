package web

import (
	"fmt"
	"html/template"
	"strings"
)

// plot is a small chart of bars, drawn by the server.
type plot struct{ bars []bar }

type bar struct {
	label, title string
	all, part    int // part of all is drawn in another colour
}

func (p *plot) add(label, title string, all, part int) {
	p.bars = append(p.bars, bar{label, title, all, part})
}

// Top is the highest bar.
func (p plot) Top() int {
	top := 0
	for _, b := range p.bars {
		top = max(top, b.all)
	}
	return top
}

// The size of a plot, in units of its own.
const (
	plotWidth  = 600
	plotHeight = 120
)

// SVG draws the plot; about says in words what it shows.
func (p plot) SVG(about string) template.HTML {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="plot" viewBox="0 0 %d %d" role="img" aria-label="%s">`, plotWidth, plotHeight+36, template.HTMLEscapeString(about))
	top := max(1, p.Top())
	step := float64(plotWidth) / float64(max(1, len(p.bars)))
	fmt.Fprintf(&b, `<line class="axis" x1="0" x2="%d" y1="%d" y2="%d"/>`, plotWidth, plotHeight+16, plotHeight+16)
	for i, one := range p.bars {
		x, wide := float64(i)*step+step*.12, step*.76
		high := float64(plotHeight) * float64(one.all) / float64(top)
		part := float64(plotHeight) * float64(one.part) / float64(top)
		fmt.Fprintf(&b, `<g><title>%s</title><rect class="bar" x="%.1f" y="%.1f" width="%.1f" height="%.1f"/>`, template.HTMLEscapeString(one.title), x, plotHeight+16-high, wide, high)
		if one.part > 0 {
			fmt.Fprintf(&b, `<rect class="part" x="%.1f" y="%.1f" width="%.1f" height="%.1f"/>`, x, plotHeight+16-part, wide, part)
		}
		if one.all > 0 && (len(p.bars) < 10 || one.all == top) {
			fmt.Fprintf(&b, `<text x="%.1f" y="%.1f" text-anchor="middle">%s</text>`, x+wide/2, plotHeight+12-high, thousands(one.all))
		}
		if one.label != "" {
			fmt.Fprintf(&b, `<text x="%.1f" y="%d" text-anchor="middle">%s</text>`, min(max(x+wide/2, 20), plotWidth-20), plotHeight+32, template.HTMLEscapeString(one.label))
		}
		b.WriteString("</g>")
	}
	b.WriteString("</svg>")
	return template.HTML(b.String()) // escaped above
}
