package web

import (
	"context"
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"time"

	"stakeout/change"
	"stakeout/export"
	"stakeout/history"
	"stakeout/story"
)

// storyData is what the view of a story shows.
type storyData struct {
	Story    story.Story
	Path     string
	Versions []versionOn
	From, To int
	Look     string // "sides", "inline", "text" or "page"
	Change   story.Change
	Rows     []row
	Facts    []story.TypedFact
	Window   string
	Said     string // whether the publisher told of it
	Visits   []visitLine
	Raw      string // the address of the raw page
	Cite     string
	Hash     string
	Span     string
	NextLook string
	Labels   []label
}

type label struct{ Name, Value string }

// versionOn is a version on the rail.
type versionOn struct {
	Number int
	At     time.Time
	Left   int // per cent
	Title  string
	Class  string
	On     bool
	URL    string
}

// row is a paragraph beside its earlier self.
type row struct {
	Same  bool
	Old   template.HTML
	New   template.HTML
	Both  template.HTML // inline
	Note  string        // "moved"
	Count int           // of a fold: how many paragraphs are the same
}

type visitLine struct {
	At      time.Time
	LastAt  time.Time
	Count   int
	Outcome story.Outcome
	Reason  string
	Status  int
	Ignored []story.Ignored
}

func (s *server) storyView(w http.ResponseWriter, r *http.Request) {
	rest := strings.TrimPrefix(r.URL.EscapedPath(), "/stories/")
	key, tail, err := s.keyOf(r.Context(), rest)
	if err != nil || tail != "" {
		s.problem(w, r, http.StatusNotFound, "expected /stories/SOURCE/ID")
		return
	}
	d, err := s.storyData(r, key)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.page(w, r, http.StatusOK, "story", view{Title: d.Story.Headline, Nav: "stories", Data: d})
}

func (s *server) storyData(r *http.Request, key story.Key) (*storyData, error) {
	ctx := r.Context()
	latest, err := s.Store.Latest(ctx, key)
	if err != nil {
		return nil, err
	}
	d := &storyData{Path: storyPath(key.Source, key.ID), Look: r.URL.Query().Get("look")}
	if d.To, err = numberOf(r, "to", latest.Number, latest.Number); err != nil {
		return nil, err
	}
	if d.From, err = numberOf(r, "from", d.To-1, latest.Number); err != nil {
		return nil, err
	}
	if d.From < 1 || d.From == d.To {
		d.From = 0
	}
	if d.Look == "" {
		d.Look = "sides"
	}
	if d.Look != "page" && d.From == 0 {
		d.Look = "text"
	}
	if d.Story, err = s.Store.StoryAt(ctx, key, d.To); err != nil {
		return nil, err
	}
	to, err := s.Store.VersionAt(ctx, key, d.To)
	if err != nil {
		return nil, err
	}
	d.Hash, d.Cite = to.Hash, citation(d.Story, to.At, to.Hash)
	d.Raw = fmt.Sprintf("/raw%s/versions/%d", strings.TrimPrefix(d.Path, "/stories"), d.To)
	d.Labels = labelsOf(d.Story)
	if err := s.rail(ctx, d, key, latest.Number); err != nil {
		return nil, err
	}
	if d.From > 0 {
		if err := s.compareVersions(ctx, d, key); err != nil {
			return nil, err
		}
	}
	return d, s.visitLines(ctx, d, key)
}

// numberOf is a version that is asked for.
func numberOf(r *http.Request, name string, without, latest int) (int, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return without, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > latest {
		return 0, &badRequest{fmt.Sprintf("%s: found %q, expected a version, 1 to %d", name, text, latest)}
	}
	return n, nil
}

// shownVersions is how many versions the rail has room for.
const shownVersions = 60

// rail sets the versions on a line by their times.
func (s *server) rail(ctx context.Context, d *storyData, key story.Key, latest int) error {
	classes := map[int]string{}
	for c, err := range history.Changes(ctx, s.Store, history.Query{Filter: onlyStory(key, s.Now())}) {
		if err != nil {
			return err
		}
		if len(c.Classes) > 0 {
			classes[c.To] = string(c.Classes[0])
		}
	}
	lines, err := s.versionLines(ctx, key)
	if err != nil {
		return err
	}
	first, last := lines[0].At, lines[len(lines)-1].At
	d.Span = fmt.Sprintf("%s in %s", plural(latest, "version", "versions"), spoken(last.Sub(first)))
	if latest == 1 {
		d.Span = "1 version"
	}
	for _, v := range lines[max(0, len(lines)-shownVersions):] {
		left := 2
		if total := last.Sub(first); total > 0 {
			left = 2 + int(94*v.At.Sub(first)/total)
		}
		title := fmt.Sprintf("Version %d, %s UTC", v.Number, clock(v.At))
		if c := classes[v.Number]; c != "" {
			title += ", " + c
		}
		address := fmt.Sprintf("%s?to=%d", d.Path, v.Number)
		d.Versions = append(d.Versions, versionOn{v.Number, v.At, left, title, classes[v.Number], v.Number == d.To, address})
	}
	return nil
}

// spoken is a duration in the words of a day.
func spoken(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "less than a minute"
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}

// compareVersions fills in what differs between the two versions that are shown.
func (s *server) compareVersions(ctx context.Context, d *storyData, key story.Key) error {
	from, err := s.Store.VersionAt(ctx, key, d.From)
	if err != nil {
		return err
	}
	to, err := s.Store.VersionAt(ctx, key, d.To)
	if err != nil {
		return err
	}
	d.Change = change.Between(from.Reading.Fields, to.Reading.Fields)
	d.Change.From, d.Change.To, d.Change.At = d.From, d.To, to.At
	if d.To == d.From+1 {
		for c, err := range history.Changes(ctx, s.Store, history.Query{Filter: onlyStory(key, s.Now())}) {
			if err != nil {
				return err
			}
			if c.To == d.To && c.From == d.From {
				d.Change = c
			}
		}
		d.Said = "silent"
		if d.Change.Disclosed {
			d.Said = "disclosed"
		}
		d.Window = window(d.Change)
	}
	for _, f := range d.Change.Fields {
		d.Facts = append(d.Facts, f.Facts...)
	}
	d.Rows = rows(normal(from.Reading.Body), normal(to.Reading.Body), d.Change.Fields)
	return nil
}

func normal(body []string) []string {
	out := make([]string, 0, len(body))
	for _, p := range body {
		if p = story.Normal(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// rows sets two bodies side by side: what changed, what moved, what stayed.
func rows(old, new []string, fields []story.FieldChange) []row {
	changed, gone, away := map[int]story.FieldChange{}, map[int]bool{}, map[int]bool{}
	for _, f := range fields {
		if f.Field != "body" || f.At == nil {
			continue
		}
		switch {
		case f.New == "" && f.Old != "":
			gone[*f.At] = true
			continue
		case f.Class == story.Reordered && f.Was != nil:
			away[*f.Was] = true
		}
		changed[*f.At] = f
	}
	var out []row
	i := 0
	left := func() {
		for i < len(old) && (gone[i] || away[i]) {
			if gone[i] {
				out = append(out, row{Old: mark(story.Dropped, old[i]), Both: mark(story.Dropped, old[i])})
			}
			i++
		}
	}
	for j, p := range new {
		f, differs := changed[j]
		switch {
		case differs && f.Class == story.Reordered:
			out = append(out, row{New: text(p), Both: text(p), Note: fmt.Sprintf("moved here, was paragraph %d", *f.Was+1)})
			continue
		case differs && f.Old == "":
			out = append(out, row{New: mark(story.Inserted, p), Both: mark(story.Inserted, p)})
			continue
		}
		left()
		if differs {
			out = append(out, row{Old: side(f.Words, story.Dropped), New: side(f.Words, story.Inserted), Both: template.HTML(export.WordsHTML(f.Words))})
		} else {
			out = append(out, row{Same: true, Old: text(p), New: text(p), Both: text(p)})
		}
		i++
	}
	left()
	return folded(out)
}

// foldFrom is how many paragraphs in a row that are the same are folded away.
const foldFrom = 4

// folded puts a word in the place of long runs of paragraphs that are the same.
func folded(rows []row) []row {
	var out []row
	for i := 0; i < len(rows); {
		j := i
		for j < len(rows) && rows[j].Same {
			j++
		}
		if j-i >= foldFrom {
			out = append(out, rows[i], row{Count: j - i - 2, Same: true}, rows[j-1])
		} else {
			out = append(out, rows[i:j]...)
		}
		if j < len(rows) {
			out = append(out, rows[j])
		}
		i = j + 1
	}
	return out
}

// side is what one of the two versions says, the other's words left out.
func side(words []story.Word, op story.Op) template.HTML {
	var mine []story.Word
	for _, w := range words {
		if w.Op == story.Kept || w.Op == op {
			mine = append(mine, w)
		}
	}
	return template.HTML(export.WordsHTML(mine)) // escaped there
}

func mark(op story.Op, s string) template.HTML {
	return template.HTML(export.WordsHTML([]story.Word{{Op: op, Text: s}})) // escaped there
}

func text(s string) template.HTML { return template.HTML(template.HTMLEscapeString(s)) }

// shownVisitLines is how many visits a story's view lists.
const shownVisitLines = 12

func (s *server) visitLines(ctx context.Context, d *storyData, key story.Key) error {
	visits, err := s.Store.Visits(ctx, key, shownVisitLines)
	if err != nil {
		return err
	}
	for _, v := range visits {
		d.Visits = append(d.Visits, visitLine{v.At, v.LastAt, v.Count, v.Outcome, v.Reason, v.Status, v.Ignored})
	}
	return nil
}

// labelsOf are what is known of a story beside its text.
func labelsOf(st story.Story) []label {
	var out []label
	add := func(name, value string) {
		if value != "" {
			out = append(out, label{name, value})
		}
	}
	add("Source", st.Publisher)
	add("Sector", st.Sector)
	add("Tags", strings.Join(st.Tags, ", "))
	add("Credibility", st.Credibility)
	add("Updated", string(st.Updated))
	add("Language", st.Language)
	for _, name := range export.OtherLabels(st.Metadata) {
		add(name, st.Metadata[name])
	}
	return out
}

// rawView sends the page that a version was read from, as it came.
func (s *server) rawView(w http.ResponseWriter, r *http.Request) {
	key, rest, err := s.keyOf(r.Context(), strings.TrimPrefix(r.URL.EscapedPath(), "/raw/"))
	number, convErr := strconv.Atoi(strings.TrimPrefix(rest, "versions/"))
	if err != nil || convErr != nil {
		s.problem(w, r, http.StatusNotFound, "expected /raw/SOURCE/ID/versions/N")
		return
	}
	v, err := s.Store.VersionAt(r.Context(), key, number)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	index, err := cursorOf(r.URL.Query().Get("page"))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.rawPage(w, r, v, int(index))
}
