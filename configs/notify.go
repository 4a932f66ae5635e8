package configs

import (
	"io"
	"regexp"
	"strings"
	"text/template"
	"time"

	"github.com/goccy/go-yaml/ast"

	"stakeout/digest"
	"stakeout/filter"
	"stakeout/scheduler"
	"stakeout/story"
)

// Notify is a rule of whom to tell of what.
type Notify struct {
	Name string
	// When says which changes; the zero filter all but new stories.
	When filter.Filter
	// Trouble tells of sources that fell silent or broke, and are well again.
	Trouble bool
	// To are the targets: addresses of services (shoutrrr), or of webhooks, which
	// begin with http.
	To []Secret
	// Secret signs webhooks (Standard Webhooks).
	Secret Secret
	// Digest gathers messages until a time; nil tells at once.
	Digest *scheduler.Schedule
	// Quiet is when nobody is told; what comes then waits for its end.
	Quiet Quiet
	// Limit is the most messages an hour to one target; what is more waits and goes
	// together. 0 for no limit.
	Limit int
	// Template words a message; nil for the usual words.
	Template *template.Template
}

// Quiet is a part of each day; the zero value none.
type Quiet struct {
	From, To time.Duration // since midnight
	Zone     *time.Location
}

// End is when the quiet that a time is in ends; the time itself where it isn't.
func (q Quiet) End(t time.Time) time.Time {
	if q.From == q.To || q.Zone == nil {
		return t
	}
	local := t.In(q.Zone)
	at := time.Duration(local.Hour())*time.Hour + time.Duration(local.Minute())*time.Minute + time.Duration(local.Second())*time.Second
	within, days := at >= q.From && at < q.To, 0
	if q.From > q.To {
		within = at >= q.From || at < q.To
		if at >= q.From {
			days = 1
		}
	}
	if !within {
		return t
	}
	return time.Date(local.Year(), local.Month(), local.Day()+days, 0, 0, 0, 0, q.Zone).Add(q.To)
}

// notifyKeys are the keys of a rule of `notify`.
var notifyKeys = []string{"when", "trouble", "to", "secret", "digest", "quiet", "limit", "template"}

// notify reads one rule.
func (f *file) notify(named pair) {
	path := "notify " + named.key
	n := Notify{Name: named.key}
	scratch := newSource("")
	f.mapping(named.v, path, notifyKeys, func(p pair) {
		at := join(path, p.key)
		switch p.key {
		case "when":
			n.When = f.filter(p.v, at)
		case "trouble":
			n.Trouble = f.yes(p.v, at)
		case "to":
			for _, item := range f.items(p.v) {
				s := f.secret(item, at, scratch, false)
				if !strings.Contains(s.Reveal(), ":") {
					f.at(item, at, "something that is no address", "an address such as ntfy://ntfy.sh/topic, smtp://…, or https://… of a webhook")
				}
				n.To = append(n.To, s)
			}
		case "secret":
			n.Secret = f.secret(p.v, at, scratch, true)
		case "digest":
			n.Digest = f.schedule(p.v, at)
		case "quiet":
			n.Quiet = f.quiet(p.v, at)
		case "limit":
			n.Limit = f.number(p.v, at, 0, 10_000)
		case "template":
			n.Template = f.template(p.v, at)
		}
	})
	if len(n.To) == 0 {
		f.at(named.k, path, "no one to tell", "to: an address, or several")
	}
	f.cfg.Notify = append(f.cfg.Notify, n)
}

// filter reads a filter.
func (f *file) filter(n ast.Node, path string) filter.Filter {
	s := f.text(n, path)
	q, err := filter.Parse(s, time.Now())
	if err != nil {
		f.at(n, path, quote(s), "a filter ("+err.Error()+")")
	}
	if q.Has("since") || q.Has("until") {
		f.at(n, path, quote(s), "no time in it: what is new is told or exported as it comes")
	}
	return q
}

var quietForm = regexp.MustCompile(`^([01]\d|2[0-3]):([0-5]\d)\s*[-–]\s*([01]\d|2[0-3]):([0-5]\d)(?:\s+(\S+))?$`)

func (f *file) quiet(n ast.Node, path string) Quiet {
	s := f.text(n, path)
	m := quietForm.FindStringSubmatch(s)
	if m == nil {
		f.at(n, path, quote(s), "hours such as '22:00-07:00 Europe/Paris'")
		return Quiet{}
	}
	zone, err := time.LoadLocation(m[5]) // "" is UTC
	if err != nil {
		f.at(n, path, quote(m[5]), "an IANA time zone such as Europe/Paris")
		return Quiet{}
	}
	clock := func(h, m string) time.Duration {
		d, err := time.ParseDuration(h + "h" + m + "m")
		if err != nil {
			return 0 // the form has been checked
		}
		return d
	}
	return Quiet{From: clock(m[1], m[2]), To: clock(m[3], m[4]), Zone: zone}
}

// template reads a template, and tries it on two edits: that it has no such field is
// said now, not when there is something to tell.
func (f *file) template(n ast.Node, path string) *template.Template {
	s := f.text(n, path)
	t, err := template.New("message").Option("missingkey=error").Parse(s)
	if err == nil {
		err = t.Execute(io.Discard, map[string]any{"Changes": sampleChanges(), "Text": "", "Rule": "rule"})
	}
	if err != nil {
		f.at(n, path, quote(s), "a template ("+strings.TrimPrefix(err.Error(), "template: ")+")")
	}
	return t
}

// sampleChanges are edits such as templates are about.
func sampleChanges() []digest.Told {
	at := time.Date(2026, 4, 5, 8, 0, 0, 0, time.UTC)
	first := 0
	c := story.Change{Source: "source", ID: "1", Event: story.EventChanged, From: 1, To: 2, At: at, SeenBefore: &at, Classes: []story.Class{story.Fact, story.Metadata},
		URL: "https://example.org/1", Headline: "14 dead", Fields: []story.FieldChange{
			{Field: "headline", Class: story.Fact, Old: "12 dead", New: "14 dead",
				Words: []story.Word{{Op: story.Dropped, Text: "12"}, {Op: story.Inserted, Text: "14"}, {Op: story.Kept, Text: " dead"}}},
			{Field: "body", Class: story.Added, At: &first, New: "One."},
			{Field: "tags", Class: story.Metadata, IsList: true, OldList: []string{"a"}, NewList: []string{"b"}},
		}}
	return []digest.Told{{Change: c}, {Change: c}}
}
