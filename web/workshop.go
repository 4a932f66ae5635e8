package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"stakeout/configs"
	"stakeout/propose"
)

// Workshop is what lets the page look at sites and change the configuration. With
// none the page only reads.
type Workshop struct {
	// Path is the configuration: a file, or a folder of them.
	Path string
	// Fetch asks sites, politely.
	Fetch propose.Fetcher
	// Reload takes up the configuration as it is written now.
	Reload func(ctx context.Context) error

	writing sync.Mutex // held from reading a file to writing it
}

// errReadOnly says that there is no workshop.
var errReadOnly = &badRequest{"this page only reads here; change the configuration, and the service takes it up at SIGHUP"}

// change writes an edit of the configuration, and has it taken up.
func (s *server) change(ctx context.Context, make func() (configs.Edit, error)) error {
	if s.Workshop == nil {
		return errReadOnly
	}
	s.Workshop.writing.Lock()
	defer s.Workshop.writing.Unlock()
	e, err := make()
	if err == nil {
		err = e.Write()
	}
	if err != nil {
		return &badRequest{err.Error()}
	}
	if err := s.Workshop.Reload(ctx); err != nil {
		return &badRequest{fmt.Sprintf("%s was written, and isn't taken up: %v", e.File, err)}
	}
	s.Log.Info("the configuration was changed from the page", "file", e.File, "line", e.Line)
	return nil
}

// source is a source of the configuration.
func (s *server) source(name string) (*configs.Source, error) {
	for _, src := range s.Sources() {
		if src.Name == name {
			return src, nil
		}
	}
	return nil, &badRequest{fmt.Sprintf("source %s: not in the configuration", name)}
}

// firstData is the box of the first run.
type firstData struct {
	Ready   bool // sites can be looked at from here
	Address string
	Private bool
	Problem string
}

// proposalData is what was found at an address.
type proposalData struct {
	firstData
	Kind     string
	Listed   int
	Stories  string
	Name     string
	Text     string // of the configuration
	Samples  []sampleLine
	Fields   []string // that any of the samples has
	Proposed []ruleLine
}

type sampleLine struct {
	URL, Headline, Published, Lead string
	Paragraphs                     int
	Filled                         []bool // in the order of Fields
}

type ruleLine struct {
	Field, Rule string
	Gives, Of   int
}

func (s *server) watchForm(w http.ResponseWriter, r *http.Request) {
	s.page(w, r, http.StatusOK, "watch", view{Title: "Watch a new source", Nav: "sources", Data: proposalData{firstData: s.first(r)}})
}

func (s *server) first(r *http.Request) firstData {
	return firstData{Ready: s.Workshop != nil && roleOf(r) >= Admin, Address: r.FormValue("address"), Private: r.FormValue("private") == "1"}
}

// look looks at an address, as init does, and shows what it found.
func (s *server) look(w http.ResponseWriter, r *http.Request) {
	if s.Workshop == nil {
		s.fail(w, r, errReadOnly)
		return
	}
	d := proposalData{firstData: s.first(r)}
	if err := s.propose(r.Context(), &d); err != nil {
		d.Problem = err.Error()
		s.page(w, r, http.StatusUnprocessableEntity, "watch", view{Title: "Watch a new source", Nav: "sources", Data: d})
		return
	}
	s.page(w, r, http.StatusOK, "watch", view{Title: "What was found at " + d.Name, Nav: "sources", Data: d})
}

func (s *server) propose(ctx context.Context, d *proposalData) error {
	delay := configs.DefaultDelay
	if d.Private {
		delay = 0 // a site of one's own
	}
	src, err := configs.AdHoc(d.Address, d.Private, delay, configs.DefaultParallel)
	if err != nil {
		return err
	}
	p, err := propose.Propose(ctx, s.Workshop.Fetch, src)
	if err != nil {
		return err
	}
	d.Kind, d.Listed, d.Stories, d.Name, d.Text = p.Kind, p.Listed, p.Stories, propose.Name(src), p.YAML()
	d.Fields = p.Fields()
	for _, sample := range p.Samples {
		line := sampleLine{URL: sample.URL, Headline: sample.Reading.Headline, Published: string(sample.Reading.Published), Paragraphs: len(sample.Reading.Body)}
		if len(sample.Reading.Body) > 0 {
			line.Lead = sample.Reading.Body[0]
		}
		for _, f := range d.Fields {
			line.Filled = append(line.Filled, len(propose.Values(sample.Reading, f)) > 0)
		}
		d.Samples = append(d.Samples, line)
	}
	for _, rule := range p.Rules {
		d.Proposed = append(d.Proposed, ruleLine{rule.Field, rule.Text(), rule.Gives, rule.Of})
	}
	return nil
}

// mostConfiguration is the longest configuration of a source that the page takes,
// in bytes.
const mostConfiguration = 64 << 10

// startWatching puts a proposed source into the configuration.
func (s *server) startWatching(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, mostConfiguration)
	text := windowsLines.Replace(r.FormValue("text"))
	added, err := configs.Parse(text)
	if err == nil && len(added.Sources) == 0 {
		err = errors.New("no source was found in it")
	}
	if err != nil {
		s.fail(w, r, &badRequest{err.Error()})
		return
	}
	name := added.Sources[0].Name
	if err := s.change(r.Context(), func() (configs.Edit, error) {
		for _, src := range added.Sources {
			if _, err := s.source(src.Name); err == nil {
				return configs.Edit{}, fmt.Errorf("source %s: found one of that name in the configuration; give the new one another", src.Name)
			}
		}
		return configs.Add(s.Workshop.Path, name, text)
	}); err != nil {
		s.fail(w, r, err)
		return
	}
	http.Redirect(w, r, sourcePath(name)+"?new=1", http.StatusSeeOther)
}

// pause keeps the service off a source, or lets it on again.
func (s *server) pause(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	s.done(w, r, s.change(r.Context(), func() (configs.Edit, error) {
		src, err := s.source(name)
		if err != nil {
			return configs.Edit{}, err
		}
		return configs.PutPaused(src, r.FormValue("pause") == "1")
	}))
}

// runNow makes a source's next run due.
func (s *server) runNow(w http.ResponseWriter, r *http.Request) {
	src, err := s.source(r.PathValue("name"))
	switch {
	case s.Workshop == nil:
		err = errReadOnly
	case err == nil && src.Paused:
		err = &badRequest{src.Name + " is paused; let it run first"}
	case err == nil:
		err = s.Store.SetNextRun(r.Context(), src.Name, s.Now())
	}
	s.done(w, r, err)
}

// useRepair puts the rule that was found for a field into the configuration.
func (s *server) useRepair(w http.ResponseWriter, r *http.Request) {
	name, field, shown := r.PathValue("name"), r.FormValue("field"), r.FormValue("rule")
	s.done(w, r, s.change(r.Context(), func() (configs.Edit, error) {
		src, err := s.source(name)
		if err != nil {
			return configs.Edit{}, err
		}
		kept, err := s.Store.BrokenPages(r.Context(), name)
		if err != nil {
			return configs.Edit{}, err
		}
		m, err := propose.MendField(r.Context(), s.Store, src, field, kept)
		switch {
		case err != nil:
			return configs.Edit{}, err
		case m.Edit == nil:
			return configs.Edit{}, errors.New(m.Problem)
		case m.Rule != shown:
			return configs.Edit{}, fmt.Errorf("found another rule meanwhile: %s; look at it first", m.Rule)
		}
		return *m.Edit, nil
	}))
}
