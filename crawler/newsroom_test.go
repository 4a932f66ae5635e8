package crawler

import (
	"net/http/httptest"
	"testing"

	"stakeout/newsroom"
)

// The newsroom was not made to be read by this package: every one of its
// layouts must be found out without configuration.
func TestDiscoverNewsroomLayouts(t *testing.T) {
	for _, layout := range newsroom.Layouts {
		t.Run(layout, func(t *testing.T) {
			site := newsroom.NewCards(newsroom.CardsOptions{Count: 90, Layout: layout})
			s := httptest.NewServer(site)
			defer s.Close()
			want := map[string]bool{}
			for _, card := range site.All() {
				want[s.URL+card.Path] = true
			}
			for _, start := range []string{site.Desk().ListingPath, site.Desk().FeedPath, site.Desk().SitemapPath} {
				links, listing, err := discover(t, newCrawler(t), source(s.URL+start))
				if err != nil {
					t.Errorf("%s: %v", start, err)
					continue
				}
				for _, l := range links {
					if !want[l.URL] {
						t.Errorf("%s: %s is taken for a story", start, l.URL)
					}
				}
				listed := 90
				if start == site.Desk().FeedPath {
					listed = 20 // the latest
				}
				if len(links) != listed {
					t.Errorf("%s: %d links on %d pages, expected %d", start, len(links), listing.Pages, listed)
				}
			}
			for url := range want {
				links, _, err := discover(t, newCrawler(t), source(url))
				if err != nil || len(links) != 1 || links[0].URL != url {
					t.Errorf("%s: links %+v, error %v, expected itself", url, links, err)
				}
			}
		})
	}
}
