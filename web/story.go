package web

import (
	"context"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"stakeout/change"
	"stakeout/digest"
	"stakeout/evidence"
	"stakeout/export"
	"stakeout/history"
	"stakeout/store"
	"stakeout/story"
)

// storyData is what the view of a story shows.
type storyData struct {
	Story    story.Story
	Path     string
	Versions []versionOn // all of them
	Rail     []versionOn // those on the line
	Latest   int
	From, To int
	Look     string // "sides", "inline", "text" or "page"
	Looks    []choice
	Change   story.Change
	Rows     []row
	Facts    []factLine
	Blame    [][]sentence // of each paragraph; nil where it isn't asked for
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

// factLine is a fact that changed.
type factLine struct{ What, Old, New, Where string }

// sentence is one of a paragraph, and the version that brought it.
type sentence struct {
	Text    string
	Version int
	Says    string // when it came, and what stood there before
	URL     string
	Later   bool // than the first version
}

// versionOn is a version on the rail.
type versionOn struct {
	Number int
	At     time.Time
	Left   int // per cent
	Title  string
	Class  string
	On     bool
	URL    string
	change story.Change // that brought it
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
	d.Latest = latest.Number
	if err := s.versionsOn(ctx, d, key); err != nil {
		return nil, err
	}
	d.looks()
	if d.From > 0 {
		if err := s.compareVersions(ctx, d, key); err != nil {
			return nil, err
		}
	}
	if d.Look == "text" && d.To == d.Latest {
		if err := s.blame(ctx, d, key); err != nil {
			return nil, err
		}
	}
	if s.NextLook != nil && d.To == d.Latest {
		if d.NextLook, err = s.NextLook(ctx, key); err != nil {
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

// shownVersions is how many versions the line has room for.
const shownVersions = 24

// versionsOn lists the versions, and sets those around the one that is shown on a
// line by their times.
func (s *server) versionsOn(ctx context.Context, d *storyData, key story.Key) error {
	seen := map[int]bool{}
	for c, err := range s.Store.Changes(ctx, store.ChangeFilter{Key: key}) {
		if err != nil {
			return err
		}
		if seen[c.To] || c.To == 0 {
			continue
		}
		seen[c.To] = true
		v := versionOn{Number: c.To, At: c.At, On: c.To == d.To, URL: fmt.Sprintf("%s?to=%d", d.Path, c.To), change: c}
		v.Title = fmt.Sprintf("Version %d, %s UTC", v.Number, clock(v.At))
		if len(c.Classes) > 0 {
			v.Class = string(c.Classes[0])
			v.Title += ", " + v.Class
		}
		d.Versions = append(d.Versions, v)
	}
	n := len(d.Versions)
	if n == 0 {
		return fmt.Errorf("log of %s: %w", key, store.ErrNotFound)
	}
	d.Span = "1 version"
	if n > 1 {
		d.Span = fmt.Sprintf("%s in %s", plural(d.Latest, "version", "versions"), spoken(d.Versions[n-1].At.Sub(d.Versions[0].At)))
	}
	at := max(0, slices.IndexFunc(d.Versions, func(v versionOn) bool { return v.On }))
	from := max(0, min(at-shownVersions/2, n-shownVersions))
	d.Rail = slices.Clone(d.Versions[from:min(n, from+shownVersions)])
	spread(d.Rail)
	return nil
}

// The ends of the line, and the least step on it, in per cent.
const (
	railFrom, railTo = 2, 96
	railStep         = 4
)

// spread sets versions on a line by their times, none on top of another.
func spread(rail []versionOn) {
	first, last := rail[0].At, rail[len(rail)-1].At
	total := last.Sub(first)
	for i := range rail {
		rail[i].Left = railFrom
		if total > 0 {
			rail[i].Left += int((railTo - railFrom) * rail[i].At.Sub(first) / total)
		}
		if i > 0 {
			rail[i].Left = max(rail[i].Left, rail[i-1].Left+railStep)
		}
	}
	for i, most := len(rail)-1, railTo; i >= 0 && rail[i].Left > most; i, most = i-1, most-railStep {
		rail[i].Left = most
	}
}

// looks are the ways to look at what is shown.
func (d *storyData) looks() {
	for _, l := range []struct{ look, name string }{{"sides", "Side by side"}, {"inline", "Inline"}, {"text", "Who wrote when"}, {"page", "Page as it came"}} {
		if d.From == 0 && (l.look == "sides" || l.look == "inline") {
			continue
		}
		if l.look == "text" && d.To != d.Latest {
			l.name = "Text"
		}
		d.Looks = append(d.Looks, choice{Name: l.name, URL: fmt.Sprintf("%s?from=%d&to=%d&look=%s", d.Path, max(1, d.From), d.To, l.look), On: d.Look == l.look})
	}
}

// blame says of each sentence which version brought it.
func (s *server) blame(ctx context.Context, d *storyData, key story.Key) error {
	told, err := history.Told(ctx, s.Store, key)
	if err != nil {
		return err
	}
	for _, o := range change.Blame(told) {
		if o.Field != "body" || o.Paragraph == nil {
			continue
		}
		for len(d.Blame) <= *o.Paragraph {
			d.Blame = append(d.Blame, nil)
		}
		one := sentence{Text: o.Text, Version: o.Version, Later: o.Version > 1, URL: fmt.Sprintf("%s?to=%d", d.Path, o.Version)}
		one.Says = fmt.Sprintf("version %d, %s UTC", o.Version, clock(o.At))
		switch {
		case o.Before > 0:
			one.Says += fmt.Sprintf(", back from version %d", o.Before)
		case o.Reread:
			one.Says += ", found by later rules; it may be older"
		case o.Was != "":
			one.Says += "; before: " + digest.Head(o.Was, 120)
		}
		d.Blame[*o.Paragraph] = append(d.Blame[*o.Paragraph], one)
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
		for _, v := range d.Versions {
			if v.Number == d.To && v.change.From == d.From {
				d.Change = v.change
			}
		}
		d.Said = "silent"
		if d.Change.Disclosed {
			d.Said = "disclosed"
		}
		d.Window = window(d.Change)
	}
	for _, f := range d.Change.Fields {
		for _, fact := range f.Facts {
			what := string(fact.Kind)
			if fact.Unit != "" {
				what = fact.Unit
			}
			d.Facts = append(d.Facts, factLine{what, fact.Old, fact.New, digest.Place(f)})
		}
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

// evidence sends everything that proves what a story said as one file.
func (s *server) evidence(w http.ResponseWriter, r *http.Request) {
	key, rest, err := s.keyOf(r.Context(), strings.TrimPrefix(r.URL.EscapedPath(), "/evidence/"))
	if err == nil && rest == "" {
		_, err = s.Store.Story(r.Context(), key)
	}
	if err != nil || rest != "" {
		s.problem(w, r, http.StatusNotFound, "expected /evidence/SOURCE/ID of a story on record")
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/zip")
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="evidence-%s-%s.zip"`, export.SafeName(key.Source), export.SafeName(key.ID)))
	h.Set("Cache-Control", "no-store")
	if err := evidence.Write(r.Context(), w, s.Store, key, "", s.Now()); err != nil {
		s.Log.Warn("evidence broke off", "story", key.String(), "error", err)
		panic(http.ErrAbortHandler) // a file that ends early must not look whole
	}
}
