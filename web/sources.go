package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"stakeout/configs"
	"stakeout/propose"
	"stakeout/scheduler"
	"stakeout/store"
	"stakeout/story"
)

// sourceLine is a source on the page of sources.
type sourceLine struct {
	store.SourceHealth
	How, Next, Looks string
	State            string // in words, where nothing is wrong
	Configured       bool
	Paused           bool
	Walls            string // how many of the last visits met one, in words
	Asked            string // requests, in words
	Share            int    // of the budget that is spent, per cent; -1 without one
	Repairs          []repairLine
}

// repairLine is a field that stopped matching, and what would mend it.
type repairLine struct {
	Field, Since  string
	Stories       int
	Rule          string
	Gives, Of     int
	Before, After string
	Place         string // of the line
	Problem       string
}

type sourcesData struct {
	Sources []sourceLine
	Summary string
	Hosts   []hostLine
	May     bool // change something
}

// hostLine is how a host is treated.
type hostLine struct {
	Host, Last, Gap, Kept string
	Requests              int
}

func (s *server) sourcesView(w http.ResponseWriter, r *http.Request) {
	d, err := s.sourcesData(r.Context())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	d.May = s.Workshop != nil && roleOf(r) >= Admin
	s.page(w, r, http.StatusOK, "sources", view{Title: "Sources", Nav: "sources", Data: d})
}

func (s *server) sourcesData(ctx context.Context) (d sourcesData, err error) {
	health, err := s.Store.Health(ctx, s.Now())
	if err != nil {
		return d, err
	}
	stories, trouble := 0, 0
	seen := map[string]bool{}
	for _, h := range health {
		line, err := s.sourceLine(ctx, h)
		if err != nil {
			return d, err
		}
		seen[h.Source] = true
		stories += h.Stories
		if h.Trouble != "" {
			trouble++
		}
		d.Sources = append(d.Sources, line)
	}
	for _, src := range s.Sources() {
		if seen[src.Name] {
			continue
		}
		line, err := s.sourceLine(ctx, store.SourceHealth{Source: src.Name})
		if err != nil {
			return d, err
		}
		d.Sources = append(d.Sources, line)
	}
	d.Summary = fmt.Sprintf("%s, %s", plural(len(d.Sources), "source", "sources"), plural(stories, "story", "stories"))
	switch trouble {
	case 0:
		d.Summary += ", all well"
	case 1:
		d.Summary += "; one source needs you"
	default:
		d.Summary += fmt.Sprintf("; %d sources need you", trouble)
	}
	d.Hosts, err = s.hosts(ctx, "")
	return d, err
}

// sourceLine says how a source is.
func (s *server) sourceLine(ctx context.Context, h store.SourceHealth) (sourceLine, error) {
	now := s.Now()
	line := sourceLine{SourceHealth: h, Next: in(h.NextRun, now), How: "not in the configuration", State: "well", Share: -1}
	if h.LastVisit != nil {
		line.Looks = "last " + ago(*h.LastVisit, now)
	}
	if n := h.Blocked; n > 0 {
		line.Walls = fmt.Sprintf("a wall in %d of the last %d visits", n, len(h.LastVisits))
	}
	src, err := s.source(h.Source)
	if err != nil {
		line.Next = "–"
		return line, nil
	}
	line.Configured, line.Paused, line.How = true, src.Paused, "by hand"
	if src.Schedule != nil {
		line.How = rhythm(src.Schedule.String())
	}
	switch {
	case src.Paused:
		line.Next, line.State = "paused", "paused"
	case len(h.LastVisits) == 0:
		line.State = "not looked at yet"
	}
	if h.NextRun == nil && src.Schedule != nil && !src.Paused {
		next := src.Schedule.NextWithin(now, src.Windows)
		line.Next = in(&next, now)
	}
	if err := s.asked(ctx, src, &line); err != nil {
		return line, err
	}
	line.Repairs, err = s.repairs(ctx, src, h.Break)
	return line, err
}

// asked says how much a source asked of its site, against what it may.
func (s *server) asked(ctx context.Context, src *configs.Source, line *sourceLine) error {
	per := time.Hour
	quota := src.Budget.Requests
	if quota.Amount > 0 {
		per = quota.Per
	}
	n, _, _, err := s.Store.Used(ctx, src.Name, s.Now().Add(-per))
	if err != nil {
		return err
	}
	if line.Asked = "no bound"; quota.Amount == 0 && n == 0 {
		return nil // they are counted where there is one
	}
	line.Asked = fmt.Sprintf("%s in the last %s", plural(int(n), "request", "requests"), hours(per))
	if quota.Amount > 0 {
		line.Share = int(min(100, 100*n/quota.Amount))
		line.Asked = fmt.Sprintf("%d %% of %s in %s", line.Share, thousands(int(quota.Amount)), hours(per))
	}
	return nil
}

// hours is a stretch of time in the words of a budget.
func hours(d time.Duration) string {
	switch {
	case d == time.Hour:
		return "hour"
	case d == 24*time.Hour:
		return "day"
	}
	return spoken(d)
}

// rhythm is a schedule as people say it, where it is a common one.
func rhythm(spec string) string {
	for _, known := range [][2]string{{"*/5 * * * *", "every 5 min"}, {"*/10 * * * *", "every 10 min"}, {"*/15 * * * *", "every 15 min"}, {"*/30 * * * *", "every 30 min"}, {"@hourly", "every hour"}, {"0 * * * *", "every hour"}, {"@daily", "once a day"}} {
		if known[0] == spec {
			return known[1]
		}
	}
	if text, ok := strings.CutPrefix(spec, "@every "); ok {
		if d, err := time.ParseDuration(text); err == nil {
			return "every " + strings.TrimSpace(strings.NewReplacer("h", " h ", "m", " min ", "s", " s").Replace(d.String()))
		}
	}
	return spec
}

// repairs are the fields of a source that stopped matching.
func (s *server) repairs(ctx context.Context, src *configs.Source, b *store.Break) ([]repairLine, error) {
	if b == nil {
		return nil, nil
	}
	kept, err := s.Store.BrokenPages(ctx, src.Name)
	if err != nil {
		return nil, err
	}
	var out []repairLine
	for _, field := range b.Fields {
		m, err := propose.MendField(ctx, s.Store, src, field, kept)
		if err != nil {
			return nil, err
		}
		line := repairLine{Field: field, Since: clock(b.Since), Stories: b.Stories, Rule: m.Rule, Gives: m.Gives, Of: m.Of, Problem: m.Problem}
		if m.Edit != nil {
			line.Before, line.After, line.Place = m.Edit.Before, m.Edit.After, fmt.Sprintf("%s:%d", m.Edit.File, m.Edit.Line)
		}
		out = append(out, line)
	}
	return out, nil
}

// hosts says how hosts were treated lately; "" for all of them.
func (s *server) hosts(ctx context.Context, only string) ([]hostLine, error) {
	paces, err := s.Store.Paces(ctx)
	if err != nil {
		return nil, err
	}
	last := map[string]store.Pace{}
	var names []string
	for _, p := range paces {
		if only != "" && p.Host != only {
			continue
		}
		if old, ok := last[p.Host]; !ok {
			names = append(names, p.Host)
			last[p.Host] = p
		} else if p.At.After(old.At) {
			last[p.Host] = p
		}
	}
	slices.Sort(names)
	var out []hostLine
	for _, name := range names {
		p := last[name]
		out = append(out, hostLine{Host: name, Requests: p.Requests, Last: ago(p.At, s.Now()), Gap: seconds(p.LeastGap), Kept: seconds(p.Delay)})
	}
	return out, nil
}

func seconds(d time.Duration) string {
	if d == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// sourceData is what the view of one source shows.
type sourceData struct {
	Line    sourceLine
	Starts  []string
	File    string
	Stories string // the pattern
	Runs    []string
	Hosts   []hostLine
	Stats   stats
	Fresh   bool // it was just put in, and nothing is on record yet
	May     bool
}

// shownRuns is how many of the next runs are listed.
const shownRuns = 5

func (s *server) sourceView(w http.ResponseWriter, r *http.Request) {
	d, err := s.sourceData(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.page(w, r, http.StatusOK, "source", view{Title: d.Line.Source, Nav: "sources", Data: d})
}

func (s *server) sourceData(r *http.Request) (*sourceData, error) {
	name := r.PathValue("name")
	health, err := s.Store.Health(r.Context(), s.Now())
	if err != nil {
		return nil, err
	}
	src, missing := s.source(name)
	at := slices.IndexFunc(health, func(h store.SourceHealth) bool { return h.Source == name })
	if at < 0 && missing != nil {
		return nil, fmt.Errorf("source %s: %w", name, store.ErrNotFound)
	}
	h := store.SourceHealth{Source: name}
	if at >= 0 {
		h = health[at]
	}
	d := &sourceData{May: s.Workshop != nil && missing == nil && roleOf(r) >= Admin}
	if d.Line, err = s.sourceLine(r.Context(), h); err != nil {
		return nil, err
	}
	if missing == nil {
		s.configured(d, src)
		if host, err := url.Parse(src.Start[0]); err == nil {
			if d.Hosts, err = s.hosts(r.Context(), host.Hostname()); err != nil {
				return nil, err
			}
		}
	}
	d.Fresh = r.URL.Query().Get("new") == "1" && h.Stories == 0 && h.Trouble == ""
	d.Stats, err = s.statsOf(r.Context(), name)
	return d, err
}

// configured says what the configuration has of a source.
func (s *server) configured(d *sourceData, src *configs.Source) {
	d.Starts, d.File = src.Start, fmt.Sprintf("%s:%d", src.File, src.Line)
	if src.Stories != nil {
		d.Stories = src.Stories.String()
	}
	if src.Schedule != nil && !src.Paused {
		d.Runs = nextRuns(src.Schedule, src.Windows, d.Line.NextRun, s.Now())
	}
}

func nextRuns(schedule *scheduler.Schedule, windows []scheduler.Window, set *time.Time, now time.Time) []string {
	var out []string
	at := now
	add := func() {
		layout := "15:04:05"
		if at.UTC().Format(time.DateOnly) != now.UTC().Format(time.DateOnly) {
			layout = "2 Jan 15:04"
		}
		out = append(out, at.UTC().Format(layout))
	}
	if set != nil && set.After(now) {
		at = *set
		add()
	}
	for len(out) < shownRuns {
		if at = schedule.NextWithin(at, windows); at.IsZero() {
			break
		}
		add()
	}
	return out
}

// outcomesOf counts visits by what they came to, in words.
func outcomesOf(visits []story.Outcome) string {
	counts := map[story.Outcome]int{}
	var order []story.Outcome
	for _, o := range visits {
		if counts[o] == 0 {
			order = append(order, o)
		}
		counts[o]++
	}
	text := ""
	for i, o := range order {
		if i > 0 {
			text += ", "
		}
		text += fmt.Sprintf("%d %s", counts[o], o)
	}
	return text
}
