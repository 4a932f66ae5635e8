package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/PuerkitoBio/goquery"
	"github.com/gocolly/colly/v2"
)

// atOnce is how many requests each contender makes at a time.
const atOnce = 16

// floorName is the name of C.
const floorName = "C: net/http, goquery, 8 selectors"

// selectors are what every contender takes from a page.
var selectors = []string{"h1", "article .text p", ".byline a", "time.published", "ul.tags a", ".meta .section", ".meta .agency", "title"}

// contender is one way to crawl the site.
type contender struct {
	name string
	run  func(s *site, dir string) (result, error)
}

// contenders are all that can be measured here. Those of the second group come after a
// full crawl of their own.
func contenders(o options, stakeout string, stderr io.Writer) []contender {
	list := []contender{
		own(floorName, "floor", o.pages),
		own(floorName+", GOGC=400", "floor", o.pages, "GOGC=400"),
		own("Colly as its README shows", "colly", o.pages),
		full("stakeout crawl, GOGC=100", stakeout, "GOGC=100"),
		full("stakeout crawl, GOGC=400", stakeout, "GOGC=400"),
		full("stakeout crawl, as shipped", stakeout),
		again("stakeout crawl again, all 304", stakeout, "etag"),
		again("stakeout crawl again, all 200, same bytes", stakeout, "plain"),
	}
	if err := exec.Command(python, "-c", "import scrapy").Run(); err == nil {
		list = append(list, contender{"Scrapy, JSONL", func(s *site, dir string) (result, error) { return runScrapy(s, dir, o.pages) }})
	} else {
		fmt.Fprintln(stderr, "Scrapy is left out: apt-get install python3-scrapy")
	}
	if o.only == "" {
		return list
	}
	var some []contender
	for _, c := range list {
		for part := range strings.SplitSeq(o.only, ",") {
			if strings.Contains(c.name, part) {
				some = append(some, c)
				break
			}
		}
	}
	return some
}

// own is a contender that this program is itself.
func own(name, as string, pages int, env ...string) contender {
	return contender{name, func(s *site, _ string) (result, error) {
		self, err := os.Executable()
		if err != nil {
			return result{}, err
		}
		cmd := exec.Command(self, "-as", as, "-site", s.url, "-pages", strconv.Itoa(pages))
		cmd.Env = append(os.Environ(), env...)
		return timed(s, cmd)
	}}
}

// full is a first crawl by the program itself: pages, history, search, all on disk.
func full(name, stakeout string, env ...string) contender {
	return contender{name, func(s *site, dir string) (result, error) { return crawl(s, stakeout, dir, "etag", env...) }}
}

// again is a crawl of what is on record already.
func again(name, stakeout, kind string) contender {
	return contender{name, func(s *site, dir string) (result, error) {
		if _, err := crawl(s, stakeout, dir, kind); err != nil {
			return result{}, err
		}
		return crawl(s, stakeout, dir, kind)
	}}
}

const configuration = `
sources:
  bench:
    start: %s/%s/sitemap.xml
    stories: '/news/(?P<id>\d+)$'
    delay: 0s
    parallel: %d
    private: true
    fields:
      headline: h1
      body: article .text p
      authors: .byline a
      published: {css: time.published, attr: datetime}
      updated: {meta: 'article:modified_time'}
      tags: ul.tags a
      sector: .meta .section
      publisher: .meta .agency
`

func crawl(s *site, stakeout, dir, kind string, env ...string) (result, error) {
	config := filepath.Join(dir, "bench.yaml")
	if err := os.WriteFile(config, fmt.Appendf(nil, configuration, s.url, kind, atOnce), 0o600); err != nil {
		return result{}, err
	}
	cmd := exec.Command(stakeout, "--config", config, "--db", filepath.Join(dir, "bench.db"), "--json", "crawl")
	cmd.Env = append(os.Environ(), env...)
	return timed(s, cmd)
}

// contend is what a child of this program does.
func contend(o options) error {
	switch o.contends {
	case "floor":
		return floor(o.site, o.pages)
	case "colly":
		return collyReadme(o.site, o.pages)
	}
	return fmt.Errorf("unknown contender %q", o.contends)
}

// floor fetches, parses, selects and throws away.
func floor(site string, pages int) error {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: atOnce, MaxConnsPerHost: atOnce}}
	next := make(chan int)
	errs := make(chan error, atOnce)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	for range atOnce {
		go func() {
			for i := range next {
				if err := floorPage(client, site, i); err != nil {
					cancel()
					errs <- err
					return
				}
			}
			errs <- nil
		}()
	}
	for i := range pages {
		select {
		case next <- i:
		case <-ctx.Done():
		}
	}
	close(next)
	for range atOnce {
		if err := <-errs; err != nil {
			return err
		}
	}
	return nil
}

func floorPage(client *http.Client, site string, i int) error {
	resp, err := client.Get(site + "/etag/news/" + strconv.Itoa(i))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	doc, err := goquery.NewDocumentFromReader(resp.Body)
	if err != nil {
		return err
	}
	for _, s := range selectors {
		if doc.Find(s).Text() == "" {
			return fmt.Errorf("page %d: %s found nothing", i, s)
		}
	}
	return nil
}

// collyReadme is what Colly's own page shows, with requests at once.
func collyReadme(site string, pages int) error {
	c := colly.NewCollector(colly.Async(true))
	if err := c.Limit(&colly.LimitRule{DomainGlob: "*", Parallelism: atOnce}); err != nil {
		return err
	}
	var mu sync.Mutex // protects found
	found := map[string]int{}
	for _, s := range selectors {
		c.OnHTML(s, func(e *colly.HTMLElement) {
			text := e.Text
			mu.Lock()
			defer mu.Unlock()
			if text != "" {
				found[s]++
			}
		})
	}
	for i := range pages {
		if err := c.Visit(site + "/etag/news/" + strconv.Itoa(i)); err != nil {
			return err
		}
	}
	c.Wait()
	if found["h1"] != pages {
		return fmt.Errorf("%d of %d pages were read", found["h1"], pages)
	}
	return nil
}
