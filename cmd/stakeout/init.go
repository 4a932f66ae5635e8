package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"stakeout/configs"
	"stakeout/crawler"
	"stakeout/export"
	"stakeout/propose"
	"stakeout/terminal"
)

func (a *app) initCommand() *cobra.Command {
	var f crawlFlags
	var output, name string
	cmd := &cobra.Command{
		Use:   "init URL",
		Short: "Write a source configuration for a site",
		Long: `Reads a listing, feed, sitemap or story and up to eight of its stories, and
writes a commented source configuration to standard output, or to the file that
-o names: the pattern of its stories, their ID, and short selectors that give
what the reader found. A table on stderr shows what it yields on those stories.
` + exitHelp,
		Example: `  stakeout init https://whisperx.ai/en/intel
  stakeout init https://whisperx.ai/en/intel --name whisperx -o configs/whisperx.yaml`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.init(cmd.Context(), args[0], output, name, f) },
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "write to `PATH`, which must not exist yet")
	cmd.Flags().StringVar(&name, "name", "", "the source's `NAME` (default: its host)")
	cmd.Flags().BoolVar(&f.private, "private", false, "allow loopback and private addresses")
	cmd.Flags().DurationVar(&f.delay, "delay", configs.DefaultDelay, "least time between two requests to one host")
	return cmd
}

func (a *app) init(ctx context.Context, address, output, name string, f crawlFlags) error {
	if name != "" && !configs.IsSourceName(name) {
		return badUsage("--name: found %q, expected letters, digits, dots, dashes, underscores", name)
	}
	src, err := configs.AdHoc(address, f.private, f.delay, configs.DefaultParallel)
	if err != nil {
		return &usageError{err}
	}
	if output != "" && exists(output) {
		return badUsage("-o %s: found a file there, expected a path where none is", output)
	}
	fetch := crawler.New(crawler.Options{Log: a.log()})
	defer fetch.Close()
	p, err := propose.Propose(ctx, fetch, src)
	if err != nil {
		return err
	}
	p.Name = cmp.Or(name, p.Name)
	a.printYield(p)
	if output == "" {
		_, err := io.WriteString(a.stdout, p.YAML())
		return err
	}
	if err := export.WriteFile(output, func(w io.Writer) error {
		_, err := io.WriteString(w, p.YAML())
		return err
	}); err != nil {
		return err
	}
	fmt.Fprintf(a.stderr, "%s has source %s; next: stakeout check, then: stakeout crawl %s --max 5\n", output, p.Name, p.Name)
	return nil
}

// printYield shows what was found on each story that was read.
func (a *app) printYield(p propose.Proposal) {
	s := a.err()
	fmt.Fprintf(s, "%s\n", s.Set(terminal.Quiet, fmt.Sprintf("%-46s %5s  %-16s %s", "HEADLINE", "TEXT", "PUBLISHED", "FIELDS")))
	for _, sample := range p.Samples {
		published := string(sample.Reading.Published)
		fmt.Fprintf(s, "%s %5d  %s %s\n", terminal.Pad(terminal.Cut(terminal.Safe(sample.Reading.Headline), 46), 46), len(sample.Reading.Body),
			terminal.Pad(published[:min(len(published), 16)], 16), strings.Join(sample.Reading.Filled(), " "))
	}
}
