// Package measure scores readings against what a careful reader would extract from
// a page, with the measures that the shared corpora were published with. Tests and
// benchmarks share it.
package measure

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"stakeout/story"
)

// Truth is what a careful reader would extract from a page.
type Truth struct {
	ID        string   `json:"id"`
	URL       string   `json:"url"`
	File      string   `json:"file"`
	Title     string   `json:"title"`
	Authors   []string `json:"authors"`
	Published string   `json:"published"`
	Tags      []string `json:"tags"`
	Body      []string `json:"body"`
	With      []string `json:"with"`
	Without   []string `json:"without"`
}

// Miss is a page's field that is not as the truth has it.
type Miss struct {
	Corpus string           `json:"corpus"`
	ID     string           `json:"id"`
	File   string           `json:"file"`
	Field  string           `json:"field"`
	Want   any              `json:"want"`
	Got    any              `json:"got"`
	Via    string           `json:"via"`
	Score  float64          `json:"score"`
	Why    story.Trouble    `json:"trouble,omitzero"`
	Heads  *story.Headlines `json:"headlines,omitempty"`
}

// Row is a page of a corpus with its truth.
type Row struct {
	Truth Truth
	Page  []byte
}

// Read reads a corpus: a folder with a truth.jsonl and the pages that it names,
// gzip-compressed.
func Read(dir string) ([]Row, error) {
	lines, err := os.ReadFile(filepath.Join(dir, "truth.jsonl"))
	if err != nil {
		return nil, err
	}
	var rows []Row
	for line := range bytes.Lines(lines) {
		var row Row
		if err := json.Unmarshal(line, &row.Truth); err != nil {
			return nil, err
		}
		if row.Page, err = unzipped(filepath.Join(dir, row.Truth.File)); err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func unzipped(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return io.ReadAll(z)
}

// Score gathers the corpora's own measures, page by page.
type Score struct {
	hits                    map[string][]float64
	authors, tags, segments micro
	// Misses are the pages' fields that are not as the truth has them.
	Misses []Miss
}

// micro pools true positives, false positives and false negatives.
type micro struct{ tp, fp, fn int }

func (m *micro) sets(want, got map[string]bool) {
	for w := range want {
		if got[w] {
			m.tp++
		} else {
			m.fn++
		}
	}
	for g := range got {
		if !want[g] {
			m.fp++
		}
	}
}

func (m micro) f1() float64 {
	if m.tp == 0 {
		return 0
	}
	return 2 * float64(m.tp) / float64(2*m.tp+m.fp+m.fn)
}

// New is a score of no page yet.
func New() *Score { return &Score{hits: map[string][]float64{}} }

func (s *Score) note(metric string, value float64) { s.hits[metric] = append(s.hits[metric], value) }

func truthful(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// Add scores one page's reading against the truth.
func (s *Score) Add(row Truth, read story.Reading) {
	missed := func(field string, want, got any, value float64) {
		h := read.Headlines
		s.Misses = append(s.Misses, Miss{ID: row.ID, File: row.File, Field: field, Want: want, Got: got, Via: read.Via[field], Score: value, Why: read.Trouble, Heads: &h})
	}
	if row.Title != "" {
		ok := squash(row.Title) == squash(read.Headline)
		s.note("title", truthful(ok))
		if !ok {
			missed("headline", row.Title, read.Headline, 0)
		}
	}
	s.addNames("author", "authors", &s.authors, row.Authors, read.Authors, missed)
	s.addNames("tag", "tags", &s.tags, row.Tags, read.Tags, missed)
	s.addTimes(row, read, missed)
	s.addBody(row, read, missed)
}

func (s *Score) addNames(metric, field string, pool *micro, truth, found []string, missed func(string, any, any, float64)) {
	want, got := names(truth), names(found)
	if len(want) == 0 {
		return
	}
	pool.sets(want, got)
	same := len(want) == len(got)
	for w := range want {
		same = same && got[w]
	}
	s.note(metric+"_set", truthful(same))
	if !same {
		missed(field, truth, found, 0)
	}
}

func (s *Score) addTimes(row Truth, read story.Reading, missed func(string, any, any, float64)) {
	want, ok := readInstant(row.Published)
	if !ok {
		return
	}
	got, found := readInstant(string(read.Published))
	day := found && sameDay(want, got)
	s.note("day", truthful(day))
	minute := true
	if want.kind != dayOnly {
		minute = found && sameMinute(want, got)
		s.note("minute", truthful(minute))
	}
	if !day || !minute {
		missed("published", row.Published, read.Published, 0)
	}
}

func (s *Score) addBody(row Truth, read story.Reading, missed func(string, any, any, float64)) {
	body := strings.Join(read.Body, "\n")
	if len(row.Body) > 0 {
		f1 := tokenF1(strings.Join(row.Body, "\n"), body)
		s.note("body_f1", f1)
		s.note("body_bad", truthful(f1 < 0.8))
		if f1 < 0.95 {
			missed("body", row.Body, read.Body, f1)
		}
	}
	if len(row.With) == 0 {
		return
	}
	text := squash(body)
	var lost, leaked []string
	for _, w := range row.With {
		if !strings.Contains(text, squash(w)) {
			lost = append(lost, w)
		}
	}
	for _, w := range row.Without {
		if strings.Contains(text, squash(w)) {
			leaked = append(leaked, w)
		}
	}
	s.segments.tp += len(row.With) - len(lost)
	s.segments.fn += len(lost)
	s.segments.fp += len(leaked)
	if len(lost)+len(leaked) > 0 {
		missed("segments", map[string][]string{"lost": lost, "leaked": leaked}, read.Body, -float64(len(lost)+len(leaked)))
	}
}

// Value is a measure by its name; body_good is the share of pages whose body is
// not bad, so that higher is better for all.
func (s *Score) Value(name string) float64 {
	switch name {
	case "author_f1":
		return s.authors.f1()
	case "tag_f1":
		return s.tags.f1()
	case "segment_f1":
		return s.segments.f1()
	case "segment_precision":
		return float64(s.segments.tp) / float64(max(1, s.segments.tp+s.segments.fp))
	case "segment_recall":
		return float64(s.segments.tp) / float64(max(1, s.segments.tp+s.segments.fn))
	case "body_good":
		return 1 - mean(s.hits["body_bad"])
	}
	return mean(s.hits[name])
}

// Has reports whether the corpus has a truth for a measure.
func (s *Score) Has(name string) bool {
	switch name {
	case "segment_f1":
		return s.segments.tp+s.segments.fn > 0
	case "tag_f1":
		name = "tag_set"
	case "author_f1":
		name = "author_set"
	}
	return len(s.hits[name]) > 0
}

// Table lists the measures.
func (s *Score) Table() string {
	var b strings.Builder
	for _, name := range []string{"title", "author_set", "author_f1", "day", "minute", "tag_set", "tag_f1", "body_f1", "body_bad"} {
		if base := strings.TrimSuffix(name, "_f1"); len(s.hits[name]) > 0 || len(s.hits[base+"_set"]) > 0 && base != name {
			fmt.Fprintf(&b, "  %-18s %.3f   of %d\n", name, s.Value(name), max(len(s.hits[name]), len(s.hits[base+"_set"])))
		}
	}
	if s.segments.tp+s.segments.fn > 0 {
		for _, name := range []string{"segment_precision", "segment_recall", "segment_f1"} {
			fmt.Fprintf(&b, "  %-18s %.3f\n", name, s.Value(name))
		}
	}
	return b.String()
}

func mean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(max(1, len(values)))
}

// squash is NFC with runs of whitespace as one space and none at the ends.
func squash(s string) string { return strings.Join(strings.Fields(norm.NFC.String(s)), " ") }

// folded is NFKC, case folded, everything but letters and digits one space.
func folded(s string) string {
	s = cases.Fold().String(norm.NFKC.String(s))
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return !wordRune(r) }), " ")
}

func wordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsNumber(r) || r == '_'
}

func names(values []string) map[string]bool {
	out := map[string]bool{}
	for _, v := range values {
		if f := folded(v); f != "" {
			out[f] = true
		}
	}
	return out
}

func isCJK(r rune) bool {
	return r >= 0x3040 && r <= 0x30ff || r >= 0x31f0 && r <= 0x31ff || r >= 0x3400 && r <= 0x4dbf || r >= 0x4e00 && r <= 0x9fff || r >= 0xf900 && r <= 0xfaff || r >= 0x20000 && r <= 0x3ffff
}

// bag counts a text's tokens; a kana or a Han character is one by itself.
func bag(s string) (map[string]int, int) {
	out, n := map[string]int{}, 0
	put := func(w string) {
		if w != "" {
			out[w]++
			n++
		}
	}
	for _, word := range strings.Fields(folded(s)) {
		start := 0
		for i, r := range word {
			if isCJK(r) {
				put(word[start:i])
				put(string(r))
				start = i + len(string(r))
			}
		}
		put(word[start:])
	}
	return out, n
}

func tokenF1(truth, found string) float64 {
	a, na := bag(truth)
	b, nb := bag(found)
	if na+nb == 0 {
		return 1
	}
	both := 0
	for w, n := range a {
		both += min(n, b[w])
	}
	return 2 * float64(both) / float64(na+nb)
}

// A time of the truth or of a reading is a day, a clock time, or an instant.
const (
	dayOnly = iota
	naive
	zoned
)

type instant struct {
	kind int
	when time.Time
}

var instantForm = regexp.MustCompile(`^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?(?:[.,]\d+)?\s*(Z|[+-]\d\d:?\d\d)?)?$`)

func readInstant(s string) (instant, bool) {
	g := instantForm.FindStringSubmatch(strings.TrimSpace(s))
	if g == nil {
		return instant{}, false
	}
	sec := g[6]
	if sec == "" {
		sec = "00"
	}
	switch {
	case g[4] == "":
		t, err := time.Parse("2006-01-02", g[1]+"-"+g[2]+"-"+g[3])
		return instant{dayOnly, t}, err == nil
	case g[7] == "":
		t, err := time.Parse("2006-01-02T15:04:05", g[1]+"-"+g[2]+"-"+g[3]+"T"+g[4]+":"+g[5]+":"+sec)
		return instant{naive, t}, err == nil
	}
	zone := g[7]
	if zone != "Z" && !strings.Contains(zone, ":") {
		zone = zone[:3] + ":" + zone[3:]
	}
	t, err := time.Parse(time.RFC3339, g[1]+"-"+g[2]+"-"+g[3]+"T"+g[4]+":"+g[5]+":"+sec+zone)
	return instant{zoned, t}, err == nil
}

// walls are the clock times that a found instant may stand for where the truth
// has no zone: as printed, and in UTC.
func (i instant) walls() []time.Time {
	printed := time.Date(i.when.Year(), i.when.Month(), i.when.Day(), i.when.Hour(), i.when.Minute(), i.when.Second(), 0, time.UTC)
	if i.kind != zoned {
		return []time.Time{printed}
	}
	return []time.Time{printed, i.when.UTC()}
}

func date(t time.Time) string { return t.Format("2006-01-02") }

func sameDay(want, got instant) bool {
	switch want.kind {
	case dayOnly:
		return date(got.when) == date(want.when)
	case naive:
		for _, w := range got.walls() {
			if date(w) == date(want.when) {
				return true
			}
		}
		return false
	}
	midnight := got.when.Hour() == 0 && got.when.Minute() == 0 && got.when.Second() == 0
	if (got.kind != zoned || midnight) && date(got.when) == date(want.when) {
		return true
	}
	return got.kind == zoned && date(got.when.In(want.when.Location())) == date(want.when)
}

func sameMinute(want, got instant) bool {
	if want.kind == naive {
		for _, w := range got.walls() {
			if w.Sub(want.when).Abs() <= time.Minute {
				return true
			}
		}
		return false
	}
	return got.kind == zoned && got.when.Sub(want.when).Abs() <= time.Minute
}
