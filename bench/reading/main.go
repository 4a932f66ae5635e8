// Command reading measures this project's reader and the best published ones in Go
// on the shared corpora, in the same run: the corpora's measures, the processor's
// time with garbage collection, and the memory that reading takes. It prints a
// table in Markdown for each corpus.
//
//	cd bench && go run -mod=mod ./reading ../../shared/data/extraction
//
// Each reader reads each corpus in a process of its own, one page after the other,
// so that none pays for what another has set up.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

func main() {
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintf(os.Stderr, "reading: %v\n", err)
		os.Exit(1)
	}
}

func run(args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("reading", flag.ContinueOnError)
	rounds := flags.Int("rounds", 3, "how often each corpus is read; the quickest round counts")
	only := flags.String("reader", "", "measure this reader alone, and print what it came to as JSON")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *only != "" {
		got, err := measured(*only, flags.Arg(0), *rounds)
		if err != nil {
			return err
		}
		return json.NewEncoder(stdout).Encode(got)
	}
	dir := "../../shared/data/extraction"
	if flags.NArg() > 0 {
		dir = flags.Arg(0)
	}
	for _, corpus := range []string{"fundus", "trafilatura"} {
		var results []result
		for _, r := range readers {
			got, err := apart(r.name, filepath.Join(dir, corpus), *rounds, stderr)
			if err != nil {
				return fmt.Errorf("measuring %s on %s: %w", r.name, corpus, err)
			}
			results = append(results, got)
		}
		table(stdout, corpus, results)
	}
	return nil
}

// apart measures a reader in a process of its own.
func apart(name, dir string, rounds int, stderr io.Writer) (result, error) {
	self, err := os.Executable()
	if err != nil {
		return result{}, err
	}
	cmd := exec.Command(self, "-reader", name, "-rounds", fmt.Sprint(rounds), dir)
	cmd.Stderr = stderr
	out, err := cmd.Output()
	if err != nil {
		return result{}, err
	}
	var got result
	return got, json.Unmarshal(out, &got)
}

// table prints what all readers came to on a corpus, in Markdown.
func table(w io.Writer, corpus string, results []result) {
	fmt.Fprintf(w, "\n| %s, %d pages |", corpus, results[0].Pages)
	for _, r := range readers {
		fmt.Fprintf(w, " %s |", r.name)
	}
	fmt.Fprintf(w, "\n|%s\n", strings.Repeat(" --- |", len(readers)+1))
	line := func(name string, value func(result) string) {
		fmt.Fprintf(w, "| %s |", name)
		for _, r := range results {
			fmt.Fprintf(w, " %s |", value(r))
		}
		fmt.Fprintln(w)
	}
	for _, m := range measures {
		if _, known := results[0].Scores[m.metric]; !known {
			continue
		}
		line(m.name, func(r result) string {
			if v := r.Scores[m.metric]; v > 0 || m.metric == "body_bad" {
				return fmt.Sprintf("%.3f", v)
			}
			return "–"
		})
	}
	line("pages that failed", func(r result) string { return fmt.Sprint(r.Failed) })
	line("processor, ms a page", func(r result) string { return fmt.Sprintf("%.1f", ms(r.PerPage)) })
	line("– over parsing the HTML alone", func(r result) string { return fmt.Sprintf("%.1f", float64(r.PerPage)/float64(max(1, r.Parsing))) })
	line("slowest page, processor ms", func(r result) string { return fmt.Sprintf("%.0f", ms(r.Slowest)) })
	line("most allocated for a page, MiB", func(r result) string { return fmt.Sprintf("%.0f", mib(r.Most)) })
	line("peak of the process over its pages, MiB", func(r result) string { return fmt.Sprintf("%.0f", mib(r.Peak-r.Held)) })
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func mib(n uint64) float64 { return float64(n) / (1 << 20) }
