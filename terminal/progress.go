package terminal

import (
	"fmt"
	"strings"
	"sync"
	"time"
)

// Progress draws one line that is redrawn as work goes on. On anything but a
// terminal it draws nothing. Safe for concurrent use.
type Progress struct {
	s *Screen

	mu    sync.Mutex // protects following fields
	line  string
	drawn time.Time
}

// NewProgress returns a Progress on s.
func NewProgress(s *Screen) *Progress { return &Progress{s: s} }

// redraw is how often the line is drawn at most.
const redraw = 50 * time.Millisecond

// Set shows what is under way: done of total pieces, with words behind the bar.
func (p *Progress) Set(name string, done, total int, words string) {
	p.show(fmt.Sprintf("%s  %s  %d/%d  %s", name, bar(done, total, 20), done, total, words), done == total)
}

// Count shows how many pieces are done of a work whose end nobody knows.
func (p *Progress) Count(done int, of string) { p.show(fmt.Sprintf("%d %s", done, of), false) }

func (p *Progress) show(line string, last bool) {
	if !p.s.live {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.line = Cut(line, p.s.width-1)
	if now := time.Now(); now.Sub(p.drawn) >= redraw || last {
		p.drawn = now
		fmt.Fprintf(p.s.w, "\r\x1b[2K%s", p.line)
	}
}

// Print writes a line above the progress line.
func (p *Progress) Print(line string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.s.live && p.line != "" {
		fmt.Fprintf(p.s.w, "\r\x1b[2K%s\n%s", line, p.line)
		return
	}
	fmt.Fprintln(p.s.w, line)
}

// Above runs print, which writes whole lines to another stream of the same
// terminal, with the progress line out of its way.
func (p *Progress) Above(print func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.s.live || p.line == "" {
		print()
		return
	}
	fmt.Fprint(p.s.w, "\r\x1b[2K")
	print()
	fmt.Fprint(p.s.w, p.line)
}

// End takes the progress line away.
func (p *Progress) End() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.s.live && p.line != "" {
		fmt.Fprint(p.s.w, "\r\x1b[2K")
	}
	p.line = ""
}

// bar draws done of total in n cells.
func bar(done, total, n int) string {
	full := 0
	if total > 0 {
		full = min(n, done*n/total)
	}
	return strings.Repeat("█", full) + strings.Repeat("░", n-full)
}
