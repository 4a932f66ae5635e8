package crawler

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDiscoverListingByPattern(t *testing.T) {
	s := newSite(t)
	s.page("/en/intel", `<a href="/en/intel/1?utm_source=x#top">One</a> <a href="intel/2">Two</a> <a href="/about">About</a>
		<a href="//elsewhere.example/en/intel/9">Off</a> <a href="/en/intel/1">One again</a> <a rel=next href="/en/intel?page=2">Older</a>`)
	c := newCrawler(t)
	src := withStories(source(s.URL+"/en/intel"), `/en/intel/(?P<id>\d+)$`)
	src.Pages = 0
	links, listing, err := discover(t, c, src)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"/en/intel/1", "/en/intel/2"}, urls(s, links)); diff != "" {
		t.Error(diff)
	}
	if links[0].ID != "1" || links[0].Title != "One" || links[0].Via != "listing" {
		t.Errorf("link %+v", links[0])
	}
	if listing.Pages != 1 || listing.Links != 2 || listing.Kind != "listing" || len(listing.Visits) != 1 {
		t.Errorf("listing %+v", listing)
	}
}

func TestDiscoverWithoutStoriesSaysWhatWasLookedFor(t *testing.T) {
	s := newSite(t)
	s.page("/", `<a href="/about">About</a><a href="/terms">Terms</a>`)
	_, _, err := discover(t, newCrawler(t), withStories(source(s.URL+"/"), `/story/\d+`))
	if err == nil {
		t.Fatal("no error")
	}
	for _, part := range []string{s.URL, `/story/\d+`, "2 links"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not say %q", err, part)
		}
	}
}
