package sitemap

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	noon := time.Date(2026, 4, 4, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		text string
		want Sitemap
	}{
		"pages": {`<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc> https://news.example/a?b=1&amp;c=2
			</loc><lastmod>2026-04-04T12:00:00Z</lastmod></url><url><loc>/relative</loc></url><url><priority>1</priority></url></urlset>`,
			Sitemap{Entries: []Entry{{URL: "https://news.example/a?b=1&c=2", Modified: noon}, {URL: "https://news.example/relative"}}}},
		"index": {`<sitemapindex><sitemap><loc>https://news.example/1.xml</loc></sitemap><sitemap>https://news.example/2.xml</sitemap></sitemapindex>`,
			Sitemap{Index: true, Entries: []Entry{{URL: "https://news.example/1.xml"}, {URL: "https://news.example/2.xml"}}}},
		"news": {`<urlset xmlns:n="x"><url><loc>https://news.example/a</loc><n:news><n:publication><n:name>N</n:name></n:publication><n:publication_date>2026-04-04T12:00:00+00:00</n:publication_date><n:title>Tom &amp; Jerry</n:title></n:news></url></urlset>`,
			Sitemap{Entries: []Entry{{URL: "https://news.example/a", News: true, Title: "Tom & Jerry", Published: noon}}}},
		"prefixed, image": {`<s:urlset xmlns:s="x" xmlns:image="y"><s:url><image:image><image:loc>https://news.example/i.jpg</image:loc></image:image><s:loc>https://news.example/a</s:loc></s:url></s:urlset>`,
			Sitemap{Entries: []Entry{{URL: "https://news.example/a"}}}},
		"cut off": {`<urlset><url><loc>https://news.example/a</loc></url><url><loc>https://news.ex`, Sitemap{Entries: []Entry{{URL: "https://news.example/a"}}}},
		"not xml": {`<urlset><url><loc>https://news.example/a?b&c</loc></url><br><url><loc>https://news.example/b</loc></url></urlset>`,
			Sitemap{Entries: []Entry{{URL: "https://news.example/a?b&c"}, {URL: "https://news.example/b"}}}},
		"bom":  {"\ufeff<urlset><url><loc>https://news.example/a</loc></url></urlset>", Sitemap{Entries: []Entry{{URL: "https://news.example/a"}}}},
		"text": {"\ufeffhttps://news.example/a\r\n\r\nhttps://news.example/b\n", Sitemap{Entries: []Entry{{URL: "https://news.example/a"}, {URL: "https://news.example/b"}}}},
	} {
		got, err := Parse("https://news.example/sitemap.xml", []byte(c.text), "")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		same := cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })
		if diff := cmp.Diff(&c.want, got, same); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	for _, text := range []string{"", "plain", "<html></html>", "<rss></rss>", "https://news.example/ is down", "\x00\x01"} {
		if s, err := Parse("https://news.example/", []byte(text), "text/xml"); err == nil {
			t.Errorf("%q is taken for a sitemap: %+v", text, s)
		}
	}
}

func TestParseTakesNoMoreThanAFew(t *testing.T) {
	var b strings.Builder
	b.WriteString("<urlset>")
	for i := range MaxEntries + 10 {
		fmt.Fprintf(&b, "<url><loc>https://news.example/%d</loc></url>", i)
	}
	s, err := Parse("https://news.example/", []byte(b.String()), "")
	if err != nil || len(s.Entries) != MaxEntries {
		t.Errorf("%d entries, error %v", len(s.Entries), err)
	}
}

// TestCrawlerCommons reads the sitemaps that crawler-commons is tried on. The
// numbers are the pages, or sitemaps, that each names.
func TestCrawlerCommons(t *testing.T) {
	const dir = "../../../shared/data/crawler-commons/sitemaps"
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("STAKEOUT_DATA_REQUIRED") == "1" {
			t.Fatal(err)
		}
		t.Skipf("no %s: the sitemaps to try are not on this machine", dir)
	}
	for name, entries := range map[string]int{
		"sitemap.badns.xml": 2, "sitemap.ns.xml": 2, "sitemap.index.xml": -1, "sitemap.txt": 2, "sitemap.txt.gz": 5, "xmlSitemap.gz": -1,
		"sitemap-with-bom.txt": 2, "do-not-visit.txt": 1,
		"extension/sitemap-news.xml": -1, "extension/sitemap-images.xml": 1, "extension/sitemap-links.xml": 3, "extension/sitemap-mobile.xml": 3,
		"extension/sitemap-videos.xml": -1, "extension/sitemap-videos-tvshow.xml": 1, "extension/pagemaps-sitemap.xml": -1,
		"extension/hebdenbridgetimes-articles-sitemap.xml": -1, "extension/shinpaideshou-news-sitemap.xml": -1,
	} {
		body, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Error(err)
			continue
		}
		if z, err := gzip.NewReader(bytes.NewReader(body)); err == nil {
			if body, err = io.ReadAll(z); err != nil {
				t.Fatal(err)
			}
		}
		s, err := Parse("http://www.example.com/sitemap.xml", body, "")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if entries < 0 { // as many as there are elements for them
			entries = bytes.Count(body, []byte("<url>")) + bytes.Count(body, []byte("<sitemap>"))
		}
		if len(s.Entries) != entries {
			t.Errorf("%s: %d entries, expected %d", name, len(s.Entries), entries)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(`<urlset><url><loc>/a</loc><lastmod>2026</lastmod></url></urlset>`)
	f.Add(`<sitemapindex><sitemap>x</sitemap></sitemapindex>`)
	f.Add("https://news.example/a\nhttps://news.example/b")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Parse("https://news.example/dir/", []byte(text), "text/xml")
		if (s == nil) == (err == nil) {
			t.Fatalf("sitemap %v, error %v", s, err)
		}
		if s == nil {
			return
		}
		for _, e := range s.Entries {
			if !strings.HasPrefix(e.URL, "http://") && !strings.HasPrefix(e.URL, "https://") {
				t.Errorf("address %q", e.URL)
			}
		}
	})
}
