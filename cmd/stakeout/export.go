package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"stakeout/configs"
	"stakeout/export"
	"stakeout/store"
)

// exportFlags are what `export` takes.
type exportFlags struct {
	format, what, source, since, output string
	asRecorded, explain                 bool
}

func (a *app) exportCommand() *cobra.Command {
	var f exportFlags
	cmd := &cobra.Command{
		Use:   "export --format F",
		Short: "Write out what was collected",
		Long: `Writes stories as they stand, every version, or every change.

Formats: jsonl, csv, md. -o names the file to write, whole or not at all; for md
it names a folder unless it ends in .md, and gets one file a story,
SOURCE/ID.md. Without -o everything goes to standard output.
` + exitHelp,
		Example: `  stakeout export --format jsonl > stories.jsonl
  stakeout export --format csv --what changes --since 7d -o changes.csv
  stakeout export --format md --source whisperx -o cards`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.export(cmd.Context(), f) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.format, "format", "", "`F`: jsonl, csv or md")
	flags.StringVar(&f.what, "what", "stories", "stories, versions or changes")
	flags.StringVar(&f.source, "source", "", "only this source")
	flags.StringVar(&f.since, "since", "", "only what changed since `TIME`: 2026-04-04, RFC 3339, or an age such as 24h or 7d")
	flags.StringVarP(&f.output, "output", "o", "", "write to `PATH`")
	flags.BoolVar(&f.asRecorded, "as-recorded", false, "each version as it was read at first, not by its latest reading")
	flags.BoolVar(&f.explain, "explain", false, "say where each field was read")
	return cmd
}

// checkExport refuses what can't be exported before anything is opened.
func checkExport(f exportFlags) error {
	switch f.format {
	case "jsonl", "csv", "md":
	case "":
		return badUsage("export: found no --format, expected jsonl, csv or md")
	default:
		return badUsage("--format: found %q, expected jsonl, csv or md", f.format)
	}
	switch f.what {
	case "stories", "versions", "changes":
	default:
		return badUsage("--what: found %q, expected stories, versions or changes", f.what)
	}
	if f.format == "md" && f.what != "stories" {
		return badUsage("--what %s: found --format md, which writes stories; expected jsonl or csv", f.what)
	}
	return nil
}

func (a *app) export(ctx context.Context, f exportFlags) error {
	if err := checkExport(f); err != nil {
		return err
	}
	cfg, err := a.config()
	if err != nil {
		return err
	}
	return a.withHistory(ctx, func(db *store.Store) error {
		where, err := filter(f.source, f.since)
		if err != nil {
			return err
		}
		where.AsRecorded, where.Explain = f.asRecorded, f.explain
		if f.format == "md" && f.output != "" && !strings.HasSuffix(f.output, ".md") {
			n, err := export.Folder(f.output, db.Stories(ctx, where), zones(cfg))
			if err == nil {
				fmt.Fprintf(a.stderr, "%d stories in %s\n", n, f.output)
			}
			return err
		}
		if f.output == "" {
			return writeExport(ctx, a.stdout, db, f, where, cfg)
		}
		return export.WriteFile(f.output, func(w io.Writer) error { return writeExport(ctx, w, db, f, where, cfg) })
	})
}

// writeExport writes what the flags ask for.
func writeExport(ctx context.Context, w io.Writer, db *store.Store, f exportFlags, where store.Filter, cfg *configs.Config) error {
	if f.what == "changes" {
		changes := db.Changes(ctx, store.ChangeFilter{Source: where.Source, Since: where.Since})
		if f.format == "csv" {
			return export.ChangesCSV(w, changes)
		}
		return export.JSONL(w, changes)
	}
	stories := db.Stories(ctx, where)
	if f.what == "versions" {
		stories = db.Versions(ctx, where)
	}
	switch f.format {
	case "csv":
		return export.StoriesCSV(w, stories)
	case "md":
		return export.Markdown(w, stories, zones(cfg))
	}
	return export.JSONL(w, stories)
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
