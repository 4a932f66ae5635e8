package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"stakeout/configs"
	"stakeout/export"
	"stakeout/filter"
	"stakeout/history"
	"stakeout/store"
	"stakeout/terminal"
)

// exportFlags are what `export` takes.
type exportFlags struct {
	filterFlags
	format, what, since, output, tlp string
	asRecorded, explain, raw         bool
}

func (a *app) exportCommand() *cobra.Command {
	var f exportFlags
	cmd := &cobra.Command{
		Use:   "export --format F",
		Short: "Write out what was collected",
		Long: `Writes stories as they stand, every version, or every change.

Formats: jsonl, csv, md, html, parquet, xlsx, atom, stix, misp, warc. -o names the
file to write, whole or not at all; for md and html it names a folder unless it
ends in .md or .html, and gets one file a story, SOURCE/ID.md. Without -o
everything goes to standard output.

--since cursor:NAME writes only what was not exported under NAME before; the
cursor moves with the finished file.
` + filterHelp + exitHelp,
		Example: `  stakeout export --format jsonl > stories.jsonl
  stakeout export --format csv --what changes --since 7d -o changes.csv
  stakeout export --format csv --what changes --where 'class:fact disclosed:no since:today'
  stakeout export --format jsonl --since cursor:siem -o new.jsonl
  stakeout export --format md --source whisperx -o cards`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.export(cmd.Context(), f) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.format, "format", "", "`F`: "+strings.Join(history.Formats, ", "))
	flags.StringVar(&f.what, "what", "stories", "stories, versions or changes")
	flags.StringVar(&f.since, "since", "", "only what changed since `TIME`: 2026-04-04, RFC 3339, an age such as 24h or 7d, or cursor:NAME")
	flags.StringVarP(&f.output, "output", "o", "", "write to `PATH`")
	flags.BoolVar(&f.asRecorded, "as-recorded", false, "each version as it was read at first, not by its latest reading")
	flags.BoolVar(&f.explain, "explain", false, "say where each field was read")
	flags.BoolVar(&f.raw, "raw", false, "csv: cells as they are, also those that a spreadsheet takes for formulas")
	flags.StringVar(&f.tlp, "tlp", "clear", "stix, misp: who may be told: clear, green, amber or red")
	f.add(cmd)
	return cmd
}

// export writes what the flags ask for.
func (a *app) export(ctx context.Context, f exportFlags) error {
	what, cursor, err := f.checked(time.Now())
	if err != nil {
		return err
	}
	cfg, err := a.config()
	if err != nil {
		return err
	}
	what.Zones, what.Software = zones(cfg), "stakeout"
	run := func(db *store.Store) error { return a.writeExport(ctx, db, what, cursor, f.output) }
	if cursor != "" {
		return a.withWritableHistory(ctx, cfg, run)
	}
	return a.withHistory(ctx, run)
}

// checked is the export that the flags ask for, and the name of its cursor.
func (f exportFlags) checked(now time.Time) (e history.Export, cursor string, err error) {
	if f.format == "" {
		return e, "", badUsage("export: found no --format, expected one of %s", strings.Join(history.Formats, ", "))
	}
	e = history.Export{Format: f.format, What: f.what, Raw: f.raw}
	if err := e.Check(); err != nil {
		return e, "", badUsage("--%v", err)
	}
	if e.TLP, err = export.ParseTLP(f.tlp); err != nil {
		return e, "", badUsage("--tlp: %v", err)
	}
	e.Query = history.Query{AsRecorded: f.asRecorded, Explain: f.explain}
	if e.Query.Filter, err = f.filter(now); err != nil {
		return e, "", err
	}
	name, isCursor := strings.CutPrefix(f.since, "cursor:")
	switch {
	case isCursor && name == "":
		return e, "", badUsage("--since: found %q, expected a name after cursor:", f.since)
	case isCursor:
		return e, name, nil
	case f.since != "":
		since, err := filter.Of("since", f.since, now)
		if err != nil {
			return e, "", badSince(f.since, now)
		}
		e.Query.Filter = e.Query.Filter.And(since)
	}
	return e, "", nil
}

func (a *app) writeExport(ctx context.Context, db *store.Store, e history.Export, cursor, output string) error {
	var n int
	var err error
	progress := terminal.NewProgress(a.err())
	if a.err().Live() && (output != "" || !a.out().Live()) {
		e.Tell = func(rows int) { progress.Count(rows, e.What) }
	}
	switch {
	case cursor != "":
		n, err = e.Next(ctx, db, cursor, output, a.stdout)
	case output == "":
		err = e.Write(ctx, a.stdout, db)
	default:
		n, err = e.File(ctx, db, output)
	}
	progress.End()
	if err == nil && output != "" && e.InFolder(output) {
		fmt.Fprintf(a.stderr, "%d stories in %s\n", n, output)
	}
	return err
}

// zones gives the zone that a source's times are written in: that of its rule
// for `published`, else UTC.
func zones(cfg *configs.Config) export.Zones {
	return func(source string) *time.Location {
		for _, src := range cfg.Sources {
			if src.Name == source {
				return src.Rules.Zone("published")
			}
		}
		return nil
	}
}
