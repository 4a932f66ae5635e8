package configs

import (
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"stakeout/filter"
	"stakeout/scheduler"
)

// Export is an export that `run` writes on a schedule.
type Export struct {
	Name         string
	Format, What string
	Where        filter.Filter
	// New writes only what was not exported under this name before.
	New bool
	// Path has a date in it where its parts say so: %Y %m %d %H %M %S, UTC.
	Path     string
	Schedule *scheduler.Schedule
}

// PathAt is where the export of a time is written.
func (e Export) PathAt(t time.Time) string {
	t = t.UTC()
	return strings.NewReplacer("%Y", t.Format("2006"), "%m", t.Format("01"), "%d", t.Format("02"), "%H", t.Format("15"), "%M", t.Format("04"), "%S", t.Format("05"), "%%", "%").Replace(e.Path)
}

// exportKeys are the keys of an entry of `exports`.
var exportKeys = []string{"format", "what", "where", "new", "path", "schedule"}

// exportFormats are the formats of a scheduled export.
var exportFormats = []string{"jsonl", "csv", "md", "html", "parquet", "xlsx", "atom", "stix", "misp", "warc"}

// export reads one entry of `exports`.
func (f *file) export(named pair) {
	path := "exports " + named.key
	e := Export{Name: named.key, What: "stories"}
	var what, where ast.Node
	f.mapping(named.v, path, exportKeys, func(p pair) {
		at := join(path, p.key)
		switch p.key {
		case "format":
			if e.Format = f.text(p.v, at); !slices.Contains(exportFormats, e.Format) {
				f.at(p.v, at, quote(e.Format), "one of "+strings.Join(exportFormats, ", "))
			}
		case "what":
			what = p.v
			if e.What = f.text(p.v, at); e.What != "stories" && e.What != "versions" && e.What != "changes" {
				f.at(p.v, at, quote(e.What), "stories, versions or changes")
			}
		case "where":
			e.Where = f.filter(p.v, at)
		case "new":
			e.New = f.yes(p.v, at)
		case "path":
			where = p.v
			e.Path = f.text(p.v, at)
			if strings.Contains(filepath.ToSlash(e.Path), "../") {
				f.at(p.v, at, quote(e.Path), "a path without ..")
			}
		case "schedule":
			e.Schedule = f.schedule(p.v, at)
		}
	})
	for key, missing := range map[string]bool{"format": e.Format == "", "path": e.Path == "", "schedule": e.Schedule == nil && len(f.problems) == 0} {
		if missing {
			f.at(named.k, path, "no "+key, key+": what `stakeout export` takes, a path, and a cron schedule")
		}
	}
	if allowed, ok := exportWhats[e.Format]; ok && what != nil && !slices.Contains(allowed, e.What) {
		f.at(what, join(path, "what"), quote(e.What), strings.Join(allowed, " or ")+", which is what "+e.Format+" can hold")
	}
	if e.New && where != nil && e.replaces() {
		f.at(where, join(path, "path"), quote(e.Path), "the time in it, such as out/%Y-%m-%dT%H%M%S."+e.Format+": what is new would else take the place of what was new before")
	}
	f.cfg.Exports = append(f.cfg.Exports, e)
}

// exportWhats are what formats can hold that can't hold all.
var exportWhats = map[string][]string{"md": {"stories"}, "html": {"stories"}, "misp": {"stories", "versions"}, "warc": {"stories", "versions"}}

// replaces reports whether two runs in a row write the same file; a folder gets a
// file a story.
func (e Export) replaces() bool {
	if e.Schedule == nil || (e.Format == "md" || e.Format == "html") && !strings.HasSuffix(e.Path, "."+e.Format) {
		return false
	}
	at := e.Schedule.Next(time.Now())
	for range 100 {
		next := e.Schedule.Next(at)
		if e.PathAt(at) == e.PathAt(next) {
			return true
		}
		at = next
	}
	return false
}
