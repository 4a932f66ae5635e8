package robots

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// commons reads one of the files that crawler-commons is tried on.
func commons(t *testing.T, name string) *File {
	t.Helper()
	const dir = "../../../shared/data/crawler-commons/robots"
	body, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		if os.Getenv("STAKEOUT_DATA_REQUIRED") == "1" {
			t.Fatal(err)
		}
		t.Skipf("no %s: the robots files to try are not on this machine", dir)
	}
	return Parse(body)
}

// What the files allow, as their comments and RFC 9309 have it: a product token
// has no digits, so bot1 and bot2 are one.
func TestCrawlerCommonsRules(t *testing.T) {
	for _, c := range []struct {
		file, agent, path string
		allowed           bool
	}{
		{"crawl-delay-group-merging.txt", "mybot", "/private/x", false},
		{"crawl-delay-group-merging.txt", "yourbot", "/private/x", false},
		{"extensions-group-merging.txt", "mybot", "/private/", false},
		{"extensions-group-merging.txt", "yourbot", "/private/", false},
		{"extensions-group-merging.txt", "yourbot", "/login/", false},
		{"extensions-group-merging.txt", "other", "/llms.txt", true},
		{"extensions-group-merging.txt", "other", "/x", false},
		{"directive-typos-robots.txt", "bot1", "/desallow/", false},
		{"directive-typos-robots.txt", "bot1", "/dissalow/", false},
		{"directive-typos-robots.txt", "bot2", "/useragent/", false},
		{"directive-typos-robots.txt", "bot2", "/useg-agent/", false},
		{"format-errors-robots.txt", "bot1", "/whitespace-before-colon/", false},
		{"format-errors-robots.txt", "bot1", "/no-colon/", false},
		{"format-errors-robots.txt", "bot2", "/no-colon-useragent/", false},
		{"format-errors-robots.txt", "bot3", "/whitespace-before-colon", true},
		{"format-errors-robots.txt", "bot3", "/x", false},
		{"malformed-path.txt", "any", "/wiki/Wikipedia_talk:Mediation_Committee/", false},
		{"malformed-path.txt", "any", "/wiki/Wikipedia_talk%3Mediation_Committee/", false},
		{"malformed-path.txt", "any", "/wiki/x", true},
		{"many-user-agents.txt", "wget", "/", false},
		{"many-user-agents.txt", "mysuperbot", "/", true},
		{"merge-rules.txt", "wget", "/foo/bar", true},
		{"merge-rules.txt", "wget", "/tmp/bar", false},
		{"merge-rules.txt", "wget", "/ckh/bar", true},
		{"merge-rules.txt", "curl", "/ckh/bar", false},
		{"precedence-of-rules.txt", "testy", "/foo/bar", true},
		{"precedence-of-rules.txt", "testy", "/foo/baz", false},
		{"precedence-of-rules.txt", "wget", "/index.html", true},
		{"precedence-of-rules.txt", "wget", "/anything", false},
		{"rfc9309-example-longest-match-robots.txt", "foobot", "/example/page/", true},
		{"rfc9309-example-longest-match-robots.txt", "foobot", "/example/page/disallowed.gif", false},
		{"rfc9309-example-rule-group-merging.txt", "examplebot", "/baz", false},
		{"rfc9309-example-rule-group-merging.txt", "examplebot", "/foo", false},
		{"rfc9309-example-rule-group-merging.txt", "bazbot", "/foo", true},
		{"rfc9309-example-simple-robots.txt", "foobot", "/example/page.html", true},
		{"rfc9309-example-simple-robots.txt", "foobot", "/x", false},
		{"rfc9309-example-simple-robots.txt", "bazbot", "/example/page.html", false},
		{"rfc9309-example-simple-robots.txt", "quxbot", "/example/page.html", true},
		{"rfc9309-example-simple-robots.txt", "other", "/a/b.gif", false},
		{"rfc9309-example-simple-robots.txt", "other", "/a/b.gif?x", true},
		{"rfc9309-example-simple-robots.txt", "other", "/publications/", true},
		{"robots-with-utf8-bom.txt", "any", "/profile", false},
		{"robots-with-utf16le-bom.txt", "any", "/profile", false},
		{"robots-with-utf16be-bom.txt", "any", "/profile", false},
		{"robots-with-utf16be-bom.txt", "any", "/x/output/print", false},
		{"robots-with-utf16be-bom.txt", "any", "/news", true},
		{"twitter.com-robots.txt", "any", "/x?y", false},
		{"twitter.com-robots.txt", "any", "/x", true},
		{"wildcards.txt", "any", "/gp/cart", false},
		{"extension-robots.txt", "mybot", "/private/", false},
		{"extension-robots.txt", "any", "/private/", true},
		{"extended-standard-robots.txt", "bot", "/", true},
		{"www.flot.com-robots.txt", "any", "/bitrix/x", false},
	} {
		if got := commons(t, c.file).Allowed(Agent(c.agent), "http://www.example.com"+c.path); got != c.allowed {
			t.Errorf("%s: %s for %s: allowed %v", c.file, c.path, c.agent, got)
		}
	}
}

func TestCrawlerCommonsDelays(t *testing.T) {
	for _, c := range []struct {
		file, agent string
		want        time.Duration
	}{
		{"astore.amazon.com-robots.txt", "any", 5 * time.Second},
		{"dos-line-endings.txt", "any", time.Second},
		{"twitter.com-robots.txt", "slurp", time.Second},
		{"twitter.com-robots.txt", "msnbot", 10 * time.Second},
	} {
		if got, ok := commons(t, c.file).CrawlDelay(c.agent); !ok || got != c.want {
			t.Errorf("%s: %s for %s, %v, expected %s", c.file, got, c.agent, ok, c.want)
		}
	}
	if got, ok := commons(t, "twitter.com-robots.txt").CrawlDelay("any"); ok {
		t.Errorf("a delay of %s where none is set", got)
	}
}

func TestCrawlerCommonsSitemaps(t *testing.T) {
	for file, want := range map[string][]string{
		"sitemap-robots.txt":          {"http://domain.com/sitemap.xml", "http://domain.com/dir/MixedCased-sitemap.xml"},
		"sitemap-robots-dedup.txt":    {"http://example.org/sitemap.xml"},
		"relative-sitemap-robots.txt": {"/sitemap.xml"},
		"www.flot.com-robots.txt":     {"http://flot.com/sitemap_index.xml"},
		"robots-with-utf16le-bom.txt": {"http://www.newsweek.com/sitemap_index.xml"},
	} {
		if got := commons(t, file).Sitemaps; !slices.Equal(got, want) {
			t.Errorf("%s: %q, expected %q", file, got, want)
		}
	}
}
