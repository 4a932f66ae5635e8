package robots

import (
	"encoding/json"
	"os"
	"testing"
	"time"
)

func TestGoogleCases(t *testing.T) {
	const file = "../../../shared/data/robots/google_robots_cases.json"
	data, err := os.ReadFile(file)
	if err != nil {
		if os.Getenv("STAKEOUT_DATA_REQUIRED") == "1" {
			t.Fatal(err)
		}
		t.Skipf("no %s: the robots cases are not on this machine", file)
	}
	var cases []struct {
		Test, Robots, UA, URL string
		Allow                 bool
	}
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	passed := 0
	for i, c := range cases {
		if got := Parse([]byte(c.Robots)).Allowed(c.UA, c.URL); got != c.Allow {
			t.Errorf("case %d %s: agent %q, %q allowed %v, expected %v, by\n%s", i, c.Test, c.UA, c.URL, got, c.Allow, c.Robots)
			continue
		}
		passed++
	}
	t.Logf("%d of %d", passed, len(cases))
}

func TestOwnCases(t *testing.T) {
	for _, c := range []struct {
		robots, agent, path string
		allowed             bool
	}{
		{"User-agent: *\nDisallow: /a*b$", "x", "/a/c/b", false},
		{"User-agent: *\nDisallow: /a*b$", "x", "/a/c/b/", true},
		{"User-agent: *\rDisallow: /a\rAllow: /a/b", "x", "/a/b/c", true},
		{"User-agent: *\nDisallow: /é", "x", "/%C3%A9", false},
		{"User-agent: *\nDisallow: /%c3%a9", "x", "/%C3%A9", false},
		{"User-agent: stakeout\nDisallow:\nUser-agent: *\nDisallow: /", "StakeOut", "/", true},
		{"User-agent: stakeout/2.0 (beta)\nDisallow: /", "stakeout", "/", false},
		{"User-agent: take\nDisallow: /", "stakeout", "/", true},
		{"Disallow: /\nUser-agent: *\nAllow: /", "x", "/", true},
		{"User-agent: *\nDisallow: /$", "x", "/", false},
		{"User-agent: *\nDisallow: /$", "x", "/a", true},
		{"<html><body>User-agent: *", "x", "/", true},
	} {
		if got := Parse([]byte(c.robots)).Allowed(c.agent, "https://news.example"+c.path); got != c.allowed {
			t.Errorf("%q: %s for %s: allowed %v", c.robots, c.path, c.agent, got)
		}
	}
}

func TestCrawlDelay(t *testing.T) {
	for in, want := range map[string]time.Duration{"10": 10 * time.Second, "0.5": 500 * time.Millisecond, "0": 0, "1e99": 1e6 * time.Second, "": -1, "-3": -1, "x": -1, "NaN": -1} {
		got, ok := Parse([]byte("User-agent: *\nCrawl-delay: " + in)).CrawlDelay("any")
		if ok != (want >= 0) || ok && got != want {
			t.Errorf("%q: %s, %v, expected %s", in, got, ok, want)
		}
	}
}

func TestAgent(t *testing.T) {
	for in, want := range map[string]string{"stakeout/1.0 (+https://example.org)": "stakeout", "Mozilla/5.0 (compatible; bot)": "Mozilla", "my_bot-x": "my_bot-x", "": ""} {
		if got := Agent(in); got != want {
			t.Errorf("%q: %q, expected %q", in, got, want)
		}
	}
}

func FuzzRobots(f *testing.F) {
	f.Add("User-agent: *\nDisallow: /a*b*c$\nCrawl-delay: 3\nSitemap: x", "stakeout", "https://news.example/a/b?c")
	f.Add("\xff\xfeU\x00", "", "")
	f.Fuzz(func(t *testing.T, text, agent, address string) {
		file := Parse([]byte(text))
		allowed := file.Allowed(agent, address)
		if delay, ok := file.CrawlDelay(agent); ok && delay < 0 {
			t.Errorf("delay %s", delay)
		}
		if text == "" && !allowed {
			t.Error("an empty file disallows")
		}
		// what is said to everyone by name of everyone holds
		all := Parse([]byte("User-agent: *\nDisallow: /"))
		if all.Allowed(agent, address) {
			t.Errorf("%q is allowed where nothing is", address)
		}
	})
}
