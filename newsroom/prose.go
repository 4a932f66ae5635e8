package newsroom

import (
	"embed"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"path"
	"regexp"
	"strconv"
	"strings"
)

//go:embed topics/*.txt generic.txt
var proseFiles embed.FS

// A topic is a matter that stories are written on: headlines, a lead and
// paragraphs with spots in braces, {kind#name:arguments}. Spots of one name say
// the same thing everywhere, so that an edit of one edits them all.
type topic struct {
	sector     string
	tags       string
	headlines  []string
	lead       string
	paragraphs []string
}

// readTopics reads the topics in the order of their file names, and the
// paragraphs that fit any of them.
func readTopics() (topics []topic, generic []string) {
	names, err := fs.Glob(proseFiles, "topics/*.txt")
	if err != nil {
		panic(err) // the pattern is constant
	}
	for _, name := range names {
		topics = append(topics, readTopic(name))
	}
	return topics, readTopic("generic.txt").paragraphs
}

func readTopic(name string) topic {
	b, err := proseFiles.ReadFile(name)
	if err != nil {
		panic(err) // embedded
	}
	var t topic
	for line := range strings.Lines(string(b)) {
		key, text, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok {
			continue
		}
		switch key {
		case "sector":
			t.sector = text
		case "tags":
			t.tags = text
		case "headline":
			t.headlines = append(t.headlines, text)
		case "lead":
			t.lead = text
		case "p":
			t.paragraphs = append(t.paragraphs, text)
		default:
			panic(fmt.Sprintf("newsroom: %s: no such key %q", path.Base(name), key))
		}
	}
	return t
}

// spot is a place in the prose where an edit can be made: kind says what it
// holds, text what it says now, other what it says after the next edit.
type spot struct {
	kind        string
	text, other string
}

// Kinds of spots. Any of the first seven is a fact; anyOf is only variety.
const (
	number    = "n"
	inWords   = "num"
	person    = "person"
	place     = "town"
	firm      = "firm"
	road      = "road"
	weekday   = "day"
	date      = "date"
	negation  = "not"
	quotation = "quote"
	word      = "word"
	spelling  = "typo"
	anyOf     = "any"
)

// part is a run of a text: a literal, or a spot, of which last takes only the
// last word, a person's surname.
type part struct {
	literal string
	spot    *spot
	last    bool
}

// text is prose with spots in it.
type text []part

func (t text) String() string {
	var b strings.Builder
	for _, p := range t {
		switch {
		case p.spot == nil:
			b.WriteString(p.literal)
		case p.last:
			b.WriteString(p.spot.text[strings.LastIndexByte(p.spot.text, ' ')+1:])
		default:
			b.WriteString(p.spot.text)
		}
	}
	return b.String()
}

// writer fills the spots of one story.
type writer struct {
	rng   *rand.Rand
	named map[string]*spot
	spots []*spot // in the order in which they were made
	decks map[string][]string
}

func newWriter(rng *rand.Rand) *writer {
	w := &writer{rng: rng, named: map[string]*spot{}, decks: map[string][]string{}}
	for kind, names := range map[string][]string{place: towns, firm: firms, road: roads, "first": firstNames, "last": lastNames} {
		w.decks[kind] = names
	}
	for _, kind := range []string{place, firm, road, "first", "last"} {
		w.decks[kind] = shuffled(rng, w.decks[kind])
	}
	return w
}

func shuffled(rng *rand.Rand, l []string) []string {
	out := append([]string(nil), l...)
	rng.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// deal takes the next of a shuffled deck: no name twice in a story.
func (w *writer) deal(kind string) string {
	d := w.decks[kind]
	w.decks[kind] = append(d[1:], d[0])
	return d[0]
}

var inBraces = regexp.MustCompile(`\{([a-z]+[0-9]*)(#[a-z]+[0-9]*)?(\.last)?(?::([^}]*))?\}`)

// write fills a template.
func (w *writer) write(template string) text {
	var t text
	at := 0
	for _, m := range inBraces.FindAllStringSubmatchIndex(template, -1) {
		group := func(i int) string {
			if m[2*i] < 0 {
				return ""
			}
			return template[m[2*i]:m[2*i+1]]
		}
		if m[0] > at {
			t = append(t, part{literal: template[at:m[0]]})
		}
		at = m[1]
		t = append(t, part{spot: w.spot(group(1), strings.TrimPrefix(group(2), "#"), group(4)), last: group(3) != ""})
	}
	if at < len(template) {
		t = append(t, part{literal: template[at:]})
	}
	return t
}

// spot is the one of that name, made where there is none yet; {name} alone
// refers to one that stands before it.
func (w *writer) spot(kind, name, args string) *spot {
	if name == "" && args == "" {
		if s := w.named[kind]; s != nil {
			return s
		}
	}
	if s := w.named[name]; name != "" && s != nil {
		return s
	}
	s := w.fill(kind, args)
	w.spots = append(w.spots, s)
	if name != "" {
		w.named[name] = s
	}
	return s
}

func (w *writer) fill(kind, args string) *spot {
	s := &spot{kind: kind}
	switch kind {
	case number:
		s.text, s.other = w.numbers(args)
	case person:
		first := w.deal("first")
		s.text, s.other = first+" "+w.deal("last"), first+" "+w.deal("last")
	case place, firm, road:
		s.text, s.other = w.deal(kind), w.deal(kind)
	case weekday:
		i := w.rng.IntN(len(weekdays) - 1)
		s.text, s.other = weekdays[i], weekdays[i+1]
	case date:
		m, d := months[w.rng.IntN(len(months))], 2+w.rng.IntN(24)
		s.text, s.other = fmt.Sprintf("%d %s", d, m), fmt.Sprintf("%d %s", d+1+w.rng.IntN(3), m)
	case anyOf:
		choices := strings.Split(args, "|")
		s.text = choices[w.rng.IntN(len(choices))]
	case inWords, negation, quotation, word, spelling:
		a, b, ok := strings.Cut(args, "|")
		if !ok {
			panic(fmt.Sprintf("newsroom: {%s:%s} has no alternative", kind, args))
		}
		s.text, s.other = a, b
		if kind == spelling && w.rng.IntN(2) == 0 {
			s.text, s.other = b, a // printed wrong, and put right one day
		}
	default:
		panic(fmt.Sprintf("newsroom: {%s} is neither a kind nor a name that stands before it", kind))
	}
	return s
}

// numbers takes a number out of a range such as 40-180, and a near one.
func (w *writer) numbers(args string) (string, string) {
	lo, hi, ok := strings.Cut(args, "-")
	a, errA := strconv.Atoi(lo)
	b, errB := strconv.Atoi(hi)
	if !ok || errA != nil || errB != nil || b <= a {
		panic(fmt.Sprintf("newsroom: {n:%s} is no range", args))
	}
	n := a + w.rng.IntN(b-a+1)
	other := n + 1 + w.rng.IntN(max(n/6, 2))
	return grouped(n, a, b), grouped(other, a, b)
}

// grouped writes a number with a comma between thousands; one out of a range that
// holds only years of our time, without.
func grouped(n, lo, hi int) string {
	if n < 1000 || lo > 1500 && hi < 2100 {
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%d,%03d", n/1000, n%1000)
}
