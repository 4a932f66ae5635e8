package propose_test

import (
	"context"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"stakeout/configs"
	"stakeout/crawler"
	"stakeout/newsroom"
	"stakeout/propose"
)

func TestPattern(t *testing.T) {
	for _, c := range []struct {
		name      string
		addresses []string
		want      string
		id        map[string]string // address → ID
		not       []string
	}{
		{"cards", []string{"https://a.example/en/intel/50193", "https://a.example/en/intel/50194", "https://a.example/about"},
			`/en/intel/(?P<id>\d+)$`, map[string]string{"https://a.example/en/intel/7": "7"}, []string{"https://a.example/en/intel"}},
		{"dated slugs with a number", []string{"https://a.example/2026/11/02/a-day-in-may-123456", "https://a.example/2026/11/23/rain-again-123999"},
			`/\d{4}/\d{1,2}/\d{1,2}/[^/]+[-_.](?P<id>\d+)$`, map[string]string{"https://a.example/2027/01/02/x-y-654321": "654321"}, nil},
		{"slugs", []string{"https://a.example/news/one-two-three/", "https://a.example/news/four-five-six/"},
			`/news/[^/]+/$`, nil, []string{"https://a.example/tag/one-two-three/"}},
		{"query", []string{"https://a.example/story.php?id=12&x=1", "https://a.example/story.php?id=13&x=1"},
			`/story\.php\?(?:.*&)?id=(?P<id>[^&]+)`, map[string]string{"https://a.example/story.php?id=99&x=1": "99"}, nil},
		{"with an ending", []string{"https://a.example/politik/ein-langer-titel-10001.html", "https://a.example/politik/noch-ein-titel-10002.html"},
			`/politik/[^/]+[-_.](?P<id>\d+)\.html$`, map[string]string{"https://a.example/politik/x-y-10003.html": "10003"}, nil},
		{"none", nil, "", nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := propose.Pattern(c.addresses)
			if got != c.want {
				t.Fatalf("found %s, expected %s", got, c.want)
			}
			re := regexp.MustCompile(got)
			for address, id := range c.id {
				m := re.FindStringSubmatch(address)
				if m == nil || m[re.SubexpIndex("id")] != id {
					t.Errorf("%s: found %q, expected ID %s", address, m, id)
				}
			}
			for _, address := range c.not {
				if re.MatchString(address) {
					t.Errorf("%s matches", address)
				}
			}
		})
	}
}

// A proposal for each of the newsroom's desks is well formed, finds the desk's
// stories by their IDs, and reads them.
func TestProposeForEveryDesk(t *testing.T) {
	news := newsroom.New(newsroom.Options{Seed: 11})
	server := httptest.NewServer(news)
	defer server.Close()
	fetch := crawler.New(crawler.Options{})
	defer fetch.Close()
	for _, desk := range news.Desks() {
		t.Run(desk.Name, func(t *testing.T) {
			src, err := configs.AdHoc(server.URL+desk.ListingPath, true, 0, 4)
			if err != nil {
				t.Fatal(err)
			}
			p, err := propose.Propose(context.Background(), fetch, src)
			if err != nil {
				t.Fatal(err)
			}
			if len(p.Samples) < 5 || len(p.Rules) < 5 {
				t.Errorf("%d samples, %d rules", len(p.Samples), len(p.Rules))
			}
			path := filepath.Join(t.TempDir(), "c.yaml")
			if err := os.WriteFile(path, []byte(p.YAML()), 0o600); err != nil {
				t.Fatal(err)
			}
			cfg, err := configs.Load(path, configs.LoadOptions{})
			if err != nil {
				t.Fatalf("%v in\n%s", err, p.YAML())
			}
			want := regexp.MustCompile(desk.Stories)
			for _, s := range p.Samples {
				id := want.FindStringSubmatch(s.URL)
				if id == nil {
					t.Errorf("%s is no story", s.URL)
				} else if got := cfg.Sources[0].StoryID(s.URL); got != id[want.SubexpIndex("id")] {
					t.Errorf("%s: found ID %q", s.URL, got)
				}
			}
		})
	}
}

func TestYAMLTakesHostileText(t *testing.T) {
	src, err := configs.AdHoc("https://a.example/it's#x", false, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	p := propose.Proposal{Source: src, Kind: "listing\nsources: {evil: {}}", Stories: `/it's/(?P<id>\d+)$`}
	if out := p.YAML(); strings.Contains(out, "\nsources: {evil") || !strings.Contains(out, "'/it''s/") {
		t.Errorf("found\n%s", out)
	}
}
