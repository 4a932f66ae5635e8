// Command crawling measures what a crawl costs, beside what fetching and parsing the
// same pages costs by other means, in the same run: processor time, pages a second,
// memory and dials. Each contender runs in a process of its own against a site on
// loopback that runs in another.
//
//	cd bench && go run -mod=mod ./crawling
//
// C is the floor that others are held against: net/http, goquery, eight selectors, and
// what was read thrown away. Scrapy is measured where Python has it (apt-get install
// python3-scrapy).
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintf(os.Stderr, "crawling: %v\n", err)
		os.Exit(1)
	}
}

// options say what is measured.
type options struct {
	pages    int
	rounds   int
	root     string // the project's folder
	profile  bool   // each process of ours leaves its processor profile
	only     string // parts of contenders' names, separated by commas
	contends string // run as this contender
	site     string // against this site
	dir      string // where a contender may write
}

func run(args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("crawling", flag.ContinueOnError)
	var o options
	serve := flags.Bool("serve", false, "be the site")
	flags.IntVar(&o.pages, "pages", 2000, "how many pages the site has")
	flags.IntVar(&o.rounds, "rounds", 3, "how often each contender runs; its cheapest round counts")
	flags.StringVar(&o.root, "root", "..", "the project's `folder`")
	flags.StringVar(&o.only, "only", "", "measure only contenders with one of these in their names")
	flags.StringVar(&o.contends, "as", "", "run as this contender")
	flags.StringVar(&o.site, "site", "", "against this site")
	flags.StringVar(&o.dir, "dir", "", "where files are kept; a temporary folder unless named")
	if err := flags.Parse(args); err != nil {
		return err
	}
	switch {
	case *serve:
		return serveSite(o.pages, stdout)
	case o.contends != "":
		return contend(o)
	}
	if o.dir == "" {
		dir, err := os.MkdirTemp("", "crawling-*")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		o.dir = dir
	}
	results, err := measureAll(o, stderr)
	if err != nil {
		return err
	}
	print(stdout, o, results)
	return nil
}

// measureAll runs every contender in every round, in turn, so that what else the
// machine does meanwhile meets all of them.
func measureAll(o options, stderr io.Writer) ([]result, error) {
	site, err := startSite(o.pages)
	if err != nil {
		return nil, err
	}
	defer site.stop()
	stakeout := filepath.Join(o.dir, "stakeout")
	if err := build(o.root, stakeout); err != nil {
		return nil, err
	}
	list := contenders(o, stakeout, stderr)
	results := make([]result, len(list))
	for round := range o.rounds {
		for i, c := range list {
			dir, err := os.MkdirTemp(o.dir, "round-*")
			if err != nil {
				return nil, err
			}
			r, err := c.run(site, dir)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", c.name, err)
			}
			fmt.Fprintf(stderr, "round %d  %-44s %.3f s CPU  %.0f pages/s  %d MB\n", round+1, c.name, r.cpu*1000/float64(o.pages), float64(o.pages)/r.wall, r.peak>>20)
			results[i] = results[i].better(r)
			results[i].name = c.name
			if err := os.RemoveAll(dir); err != nil {
				return nil, err
			}
		}
	}
	return results, nil
}

// print writes the table: what a thousand pages cost, and how that compares with C.
func print(w io.Writer, o options, results []result) {
	fmt.Fprintln(w, "| contender | CPU s / 1,000 pages | × C | pages/s | peak MB | dials |")
	fmt.Fprintln(w, "| --- | --- | --- | --- | --- | --- |")
	var c float64
	for _, r := range results {
		cpu := r.cpu * 1000 / float64(o.pages)
		if c == 0 && strings.HasPrefix(r.name, floorName) {
			c = cpu
		}
		times := "–"
		if c > 0 {
			times = fmt.Sprintf("%.3f", cpu/c)
		}
		fmt.Fprintf(w, "| %s | %.3f | %s | %.0f | %d | %d |\n", r.name, cpu, times, float64(o.pages)/r.wall, r.peak>>20, r.dials)
	}
}
