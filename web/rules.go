package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/net/html"

	"stakeout/configs"
	"stakeout/crawler"
	"stakeout/extract"
	"stakeout/propose"
	"stakeout/store"
	"stakeout/story"
)

// rulesData is what the rule editor shows.
type rulesData struct {
	Sources []string
	Source  string
	Field   string
	Page    string // which page is shown: its reference
	Address string
	Pages   []choice
	Fields  []fieldLine
	Copy    string // the address of the copy
	Picked  *picked
	Problem string
	May     bool
}

// fieldLine is a field as it is read.
type fieldLine struct {
	Name, Value, Via string
	More             int // further values
	URL              string
	On               bool
}

// picked is a rule that is being made.
type picked struct {
	Said   string   // by the element; "" for a rule by hand
	Wider  string   // the address of the element around it; "" for none
	Rules  []choice // that select it
	Rule   string   // that is tried
	Tries  []tryLine
	Before string
	After  string
	Place  string
	Note   string // why it can't be saved
}

// tryLine is what a rule gives on one kept page, and what was read before.
type tryLine struct {
	Name, Gives, Now string
	Count            int
	Same             bool
}

// editedPage is a page in the editor.
type editedPage struct {
	ref, name string
	page      extract.Page
}

// How many kept pages a rule is tried on, and how many fetched ones are remembered.
const (
	triedPages = 3
	mostLooked = 20
)

// looked are pages that were fetched for the editor.
type looked struct {
	mu    sync.Mutex // protects following fields
	pages map[string]extract.Page
}

// rulesView is the rule editor.
func (s *server) rulesView(w http.ResponseWriter, r *http.Request) {
	if s.Workshop == nil {
		s.fail(w, r, errReadOnly)
		return
	}
	query := r.URL.Query()
	d := rulesData{Source: query.Get("source"), Field: query.Get("field"), Page: query.Get("page"), May: true}
	if d.Field == "" {
		d.Field = "headline"
	}
	for _, src := range s.Sources() {
		d.Sources = append(d.Sources, src.Name)
	}
	if err := s.edit(r, &d); err != nil {
		var bad *badRequest
		if !errors.As(err, &bad) && !errors.Is(err, store.ErrNotFound) {
			s.fail(w, r, err)
			return
		}
		d.Problem = err.Error()
	}
	s.page(w, r, http.StatusOK, "rules", view{Title: "Rules", Nav: "rules", Data: d})
}

// rulesURL is the editor's address with parameters set.
func (d *rulesData) url(pairs ...string) string {
	q := url.Values{"source": {d.Source}, "field": {d.Field}, "page": {d.Page}}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return "/rules?" + q.Encode()
}

// edit fills the editor for a source, an address, or both.
func (s *server) edit(r *http.Request, d *rulesData) error {
	d.Address = strings.TrimSpace(r.URL.Query().Get("address"))
	if d.Source == "" && d.Address == "" {
		return nil
	}
	src, err := s.sourceOf(d)
	if err != nil {
		return err
	}
	d.Source = src.Name
	if d.Address != "" {
		if err := s.lookAt(r.Context(), src, d.Address); err != nil {
			return &badRequest{err.Error()}
		}
		d.Page = "url:" + d.Address
	}
	pages, err := s.pagesOf(r.Context(), src, d.Field, d.Page)
	if err != nil {
		return err
	}
	if len(pages) == 0 {
		return &badRequest{"no page of " + src.Name + " is kept yet: paste the address of one of its stories"}
	}
	d.Page = pages[0].ref
	for i, p := range pages {
		d.Pages = append(d.Pages, choice{Name: p.name, URL: d.url("page", p.ref), On: i == 0})
	}
	parsed, err := propose.Parse(pages[0].page)
	if err != nil {
		return err
	}
	read := extract.Read(pages[0].page, src.Rules, nil)
	d.fields(read, src)
	d.Copy = "/rules/page?" + strings.TrimPrefix(d.url(), "/rules?")
	query := r.URL.Query()
	number, _ := strconv.Atoi(query.Get("n"))
	if number > 0 && number <= len(parsed.Elements) {
		d.Copy += "#n" + strconv.Itoa(number)
		d.pick(pages[0].page, parsed, parsed.Elements[number-1])
	}
	if rule := oneLine(query.Get("rule")); rule != "" {
		if d.Picked == nil {
			d.Picked = &picked{}
		}
		d.Picked.Rule = rule
	}
	if d.Picked != nil && d.Picked.Rule != "" {
		d.try(src, pages)
	}
	return nil
}

// sourceOf is the source that is named, or the one that watches the address.
func (s *server) sourceOf(d *rulesData) (*configs.Source, error) {
	if d.Source != "" {
		return s.source(d.Source)
	}
	for _, src := range s.Sources() {
		if src.Watches(d.Address) {
			return src, nil
		}
	}
	return nil, &badRequest{"no source watches " + d.Address + ": watch a page that lists it first, under Sources"}
}

// lookAt fetches a page for the editor.
func (s *server) lookAt(ctx context.Context, src *configs.Source, address string) error {
	page, err := s.Workshop.Fetch.FetchPage(ctx, src, crawler.Request{URL: address})
	if err != nil {
		return err
	}
	if page.Status != http.StatusOK {
		return fmt.Errorf("%s: the server answered %d", address, page.Status)
	}
	s.looked.mu.Lock()
	defer s.looked.mu.Unlock()
	if len(s.looked.pages) >= mostLooked || s.looked.pages == nil {
		s.looked.pages = map[string]extract.Page{}
	}
	s.looked.pages[src.Name+" "+address] = extract.Page{URL: page.FinalURL, ContentType: page.ContentType, Body: page.Body}
	return nil
}

// pagesOf are the page that is shown and others of the source to try a rule on:
// where the field broke, those that broke, then those of its latest stories.
func (s *server) pagesOf(ctx context.Context, src *configs.Source, field, ref string) ([]editedPage, error) {
	var out []editedPage
	add := func(p editedPage) {
		if len(out) < triedPages && !slices.ContainsFunc(out, func(o editedPage) bool { return o.ref == p.ref }) {
			out = append(out, p)
		}
	}
	if address, ok := strings.CutPrefix(ref, "url:"); ok {
		s.looked.mu.Lock()
		page, found := s.looked.pages[src.Name+" "+address]
		s.looked.mu.Unlock()
		if !found {
			return nil, &badRequest{"the page of " + address + " isn't kept any more: look at it again"}
		}
		add(editedPage{ref, address, page})
	}
	broken, err := s.Store.BrokenPages(ctx, src.Name)
	if err != nil {
		return nil, err
	}
	var more []editedPage
	for _, b := range broken {
		if b.Page.Body != nil && slices.Contains(b.Fields, field) {
			more = append(more, editedPage{"broken:" + b.Address, "broken: " + b.Key.ID, extract.Page{URL: b.Page.URL, ContentType: b.Page.ContentType, Body: b.Page.Body}})
		}
	}
	n := 0
	for st, err := range s.Store.Stories(ctx, store.Filter{Source: src.Name, Limit: triedPages}) {
		if err != nil {
			return nil, err
		}
		p, ok, err := s.keptPage(ctx, st.Key())
		if err != nil {
			return nil, err
		}
		if n++; ok {
			more = append(more, p)
		}
	}
	if id, ok := strings.CutPrefix(ref, "story:"); ok {
		p, ok, err := s.keptPage(ctx, story.Key{Source: src.Name, ID: id})
		if err != nil {
			return nil, err
		}
		if ok {
			add(p)
		}
	}
	for _, p := range more {
		if p.ref == ref {
			add(p)
		}
	}
	for _, p := range more {
		add(p)
	}
	return out, nil
}

// keptPage is the page of a story's latest version; ok is false where it was pruned.
func (s *server) keptPage(ctx context.Context, key story.Key) (p editedPage, ok bool, err error) {
	v, err := s.Store.Latest(ctx, key)
	if err != nil || len(v.Pages) == 0 {
		return p, false, err
	}
	body, err := s.Store.PageBody(ctx, v.Pages[0].SHA256)
	if errors.Is(err, store.ErrPruned) {
		return p, false, nil
	}
	return editedPage{"story:" + key.ID, key.ID, extract.Page{URL: v.Pages[0].URL, ContentType: v.Pages[0].ContentType, Body: body}}, err == nil, err
}

// editorFields are the fields that the editor has.
var editorFields = []string{"headline", "body", "authors", "publisher", "sector", "tags", "credibility", "published", "updated", "id"}

func (d *rulesData) fields(read story.Reading, src *configs.Source) {
	names := slices.Clone(editorFields)
	for _, f := range read.Filled() {
		if strings.HasPrefix(f, "metadata.") && !slices.Contains(names, f) {
			names = append(names, f)
		}
	}
	if !slices.Contains(names, d.Field) {
		names = append(names, d.Field)
	}
	for _, name := range names {
		line := fieldLine{Name: strings.TrimPrefix(name, "metadata."), Via: read.Via[name], URL: d.url("field", name), On: name == d.Field}
		if values := propose.Values(read, name); len(values) > 0 {
			line.Value, line.More = values[0], len(values)-1
		}
		d.Fields = append(d.Fields, line)
	}
}

// pick offers rules that select an element.
func (d *rulesData) pick(page extract.Page, parsed propose.Parsed, n *html.Node) {
	d.Picked = &picked{Said: propose.Text(n)}
	if up := n.Parent; up != nil && up.Type == html.ElementNode && up.Data != "body" && up.Data != "html" {
		d.Picked.Wider = d.url("n", strconv.Itoa(parsed.Number[up]))
	}
	number := strconv.Itoa(parsed.Number[n])
	for _, rule := range propose.Pick(d.Field, page, parsed, n) {
		d.Picked.Rules = append(d.Picked.Rules, choice{Name: rule, URL: d.url("n", number, "rule", rule)})
	}
	if len(d.Picked.Rules) > 0 {
		d.Picked.Rule = d.Picked.Rules[0].Name
	}
}

// try says what a rule would give on the pages, and which line it would change.
func (d *rulesData) try(src *configs.Source, pages []editedPage) {
	p := d.Picked
	for i := range p.Rules {
		p.Rules[i].On = p.Rules[i].Name == p.Rule
	}
	field := strings.TrimPrefix(d.Field, "metadata.")
	edit, err := configs.PutRule(src, field, p.Rule)
	if err != nil {
		p.Note = err.Error()
		return
	}
	after, err := edit.Source(src.Name)
	if err != nil {
		p.Note = err.Error()
		return
	}
	p.Before, p.After, p.Place = edit.Before, edit.After, fmt.Sprintf("%s:%d", edit.File, edit.Line)
	for _, page := range pages {
		gives := propose.Values(extract.Read(page.page, after.Rules, nil), d.Field)
		now := propose.Values(extract.Read(page.page, src.Rules, nil), d.Field)
		p.Tries = append(p.Tries, tryLine{Name: page.name, Gives: strings.Join(gives, " ¶ "), Now: strings.Join(now, " ¶ "), Count: len(gives), Same: slices.Equal(gives, now)})
	}
}

// rulesPage sends the copy of a page that is editorFields on.
func (s *server) rulesPage(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	d := rulesData{Source: query.Get("source"), Field: query.Get("field"), Page: query.Get("page")}
	src, err := s.source(d.Source)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	pages, err := s.pagesOf(r.Context(), src, d.Field, d.Page)
	if err == nil && len(pages) == 0 {
		err = &badRequest{"no page of " + src.Name + " is kept"}
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	parsed, err := propose.Parse(pages[0].page)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Security-Policy", copyPolicy)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	s.send(w, r, []byte(copyPage(parsed, d.url(), found(parsed, extract.Read(pages[0].page, src.Rules, nil)))))
}

// found says which elements of a page say what was read of it: the innermost of
// those that say the same.
func found(parsed propose.Parsed, read story.Reading) map[int]string {
	said := map[string]string{}
	for i := len(editorFields) - 1; i >= 0; i-- {
		for _, v := range propose.Values(read, editorFields[i]) {
			said[story.Normal(v)] = editorFields[i]
		}
	}
	delete(said, "")
	out := map[int]string{}
	var walk func(n *html.Node) bool
	walk = func(n *html.Node) bool {
		inside := false
		for child := n.FirstChild; child != nil; child = child.NextSibling {
			if child.Type == html.ElementNode && !left[child.Data] && walk(child) {
				inside = true
			}
		}
		if inside || n.Type != html.ElementNode || n.Data == "body" {
			return inside
		}
		if f := said[propose.Text(n)]; f != "" {
			out[parsed.Number[n]] = f
			return true
		}
		return false
	}
	for child := parsed.Root.FirstChild; child != nil; child = child.NextSibling {
		walk(child)
	}
	return out
}

// saveRule puts a rule into the configuration.
func (s *server) saveRule(w http.ResponseWriter, r *http.Request) {
	name, field, rule := r.FormValue("source"), strings.TrimPrefix(r.FormValue("field"), "metadata."), oneLine(r.FormValue("rule"))
	s.done(w, r, s.change(r.Context(), func() (configs.Edit, error) {
		src, err := s.source(name)
		if err != nil {
			return configs.Edit{}, err
		}
		if field == "" || rule == "" || strings.ContainsAny(field, ":#'\"{}[],&*!|>%@`\n") {
			return configs.Edit{}, fmt.Errorf("expected a field and a rule in one line")
		}
		return configs.PutRule(src, field, rule)
	}))
}
