package configs

import (
	"path/filepath"
	"slices"
	"strings"
	"time"

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
	f.mapping(named.v, path, exportKeys, func(p pair) {
		at := join(path, p.key)
		switch p.key {
		case "format":
			if e.Format = f.text(p.v, at); !slices.Contains(exportFormats, e.Format) {
				f.at(p.v, at, quote(e.Format), "one of "+strings.Join(exportFormats, ", "))
			}
		case "what":
			if e.What = f.text(p.v, at); e.What != "stories" && e.What != "versions" && e.What != "changes" {
				f.at(p.v, at, quote(e.What), "stories, versions or changes")
			}
		case "where":
			e.Where = f.filter(p.v, at)
		case "new":
			e.New = f.yes(p.v, at)
		case "path":
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
	f.cfg.Exports = append(f.cfg.Exports, e)
}
