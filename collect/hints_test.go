package collect

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"stakeout/store"
)

// A scheduled run visits a known story when a listing says that it changed since
// the last visit, whichever kind of listing says it, and no other.
func TestScheduledRunsVisitWhatIsHintedAt(t *testing.T) {
	before, after := time.Now().Add(-48*time.Hour).UTC(), time.Now().Add(30*time.Minute).UTC()
	for name, listing := range map[string]func(title string, changed time.Time) string{
		"sitemap": func(_ string, changed time.Time) string {
			return fmt.Sprintf(`<urlset><url><loc>/story/1</loc><lastmod>%s</lastmod></url><url><loc>/story/2</loc><lastmod>%s</lastmod></url></urlset>`,
				changed.Format(time.RFC3339), before.Format(time.RFC3339))
		},
		"Atom": func(title string, changed time.Time) string {
			return fmt.Sprintf(`<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><entry><title>%s</title><link href="/story/1"/><updated>%s</updated></entry>
				<entry><title>Two</title><link href="/story/2"/><updated>%s</updated></entry></feed>`, title, changed.Format(time.RFC3339), before.Format(time.RFC3339))
		},
		"JSON": func(title string, changed time.Time) string {
			return fmt.Sprintf(`{"items":[{"url":"/story/1","title":%q,"updated_at":%q},{"url":"/story/2","title":"Two","updated_at":%q}]}`,
				title, changed.Format(time.RFC3339), before.Format(time.RFC3339))
		},
		"RSS, by its title alone": func(title string, _ time.Time) string {
			return fmt.Sprintf(`<rss version="2.0"><channel><title>F</title><item><title>%s</title><link>/story/1</link></item><item><title>Two</title><link>/story/2</link></item></channel></rss>`, title)
		},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			s := newSite(t)
			s.set("/story/1", page("One", "", text...))
			s.set("/story/2", page("Two", "", text...))
			s.set("/", answer{body: listing("One", before)})
			c, src := watch(t, s, byNumber+"    recheck: never\n")
			if sum := crawl(t, c, src); sum.New != 2 {
				t.Fatalf("%+v", sum)
			}
			due := func() string {
				t.Helper()
				if found, err := c.List(ctx, src); err != nil || found != 2 {
					t.Fatal(found, err)
				}
				list, err := c.Store.Due(ctx, store.DueFilter{Source: "s", At: time.Now()})
				if err != nil {
					t.Fatal(err)
				}
				var ends []string
				for _, a := range list {
					ends = append(ends, strings.TrimPrefix(a.URL, s.URL))
				}
				return strings.Join(ends, " ")
			}
			if got := due(); got != "" {
				t.Errorf("nothing changed, and due is %q", got)
			}
			s.set("/", answer{body: listing("One, corrected", after)})
			if got := due(); got != "/story/1" {
				t.Errorf("a change is listed, and due is %q", got)
			}
			if got := due(); got != "/story/1" {
				t.Errorf("it waits for its visit, and due is %q", got)
			}
			a, err := c.Store.Address(ctx, "s", s.URL+"/story/1")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := c.Visit(ctx, src, a); err != nil {
				t.Fatal(err)
			}
			if got := due(); got != "" {
				t.Errorf("it was visited, and due is %q", got)
			}
		})
	}
}
