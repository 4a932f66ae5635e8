package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// python is the system's own, which has the system's Scrapy.
const python = "/usr/bin/python3"

const spider = `import scrapy

class Bench(scrapy.Spider):
    name = "bench"
    custom_settings = {"CONCURRENT_REQUESTS": %d, "CONCURRENT_REQUESTS_PER_DOMAIN": %d, "LOG_LEVEL": "ERROR"}

    def start_requests(self):
        for i in range(%d):
            yield scrapy.Request("%s/etag/news/" + str(i))

    def parse(self, response):
        yield {s: response.css(s).getall() for s in %s}
`

// runScrapy crawls with Scrapy, into lines of JSON.
func runScrapy(s *site, dir string, pages int) (result, error) {
	list := `["` + strings.Join(selectors, `", "`) + `"]`
	script := filepath.Join(dir, "bench_spider.py")
	if err := os.WriteFile(script, fmt.Appendf(nil, spider, atOnce, atOnce, pages, s.url, list), 0o600); err != nil {
		return result{}, err
	}
	out := filepath.Join(dir, "out.jsonl")
	r, err := timed(s, exec.Command(python, "-m", "scrapy", "runspider", script, "-o", out))
	if err != nil {
		return r, err
	}
	text, err := os.ReadFile(out)
	if err != nil {
		return r, err
	}
	if n := strings.Count(string(text), "\n"); n != pages {
		return r, fmt.Errorf("found %d of %d pages", n, pages)
	}
	return r, nil
}
