package extract_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stakeout/extract"
	"stakeout/story"
)

const ruled = `<!doctype html><html lang="en"><head><title>Ferry runs again</title>
<meta name="region" content="North"><meta property="article:modified_time" content="2026-05-07T08:00:00+02:00">
<script type="application/ld+json">{"@graph":[{"@type":"NewsArticle","headline":"Ferry runs again","articleSection":["Transport","Sea"],"author":[{"name":"Ines Okafor"},{"name":"Tom Baines"}]}]}</script></head>
<body><div class="top"><h2 class="title">Ferry runs again</h2><span class="by"><a>Ines Okafor</a>, <a>Tom Baines</a></span>
<em data-when="2026-05-06 07:08">yesterday</em> <time datetime="2026-05-06T05:08:00Z">6 May</time></div>
<div class="text"><p>The ferry runs again.</p><div class="ad"><p>Buy a boat!</p></div><ul><li>Daily at 8</li><li>Fridays at 22</li></ul><p>Line one<br><br>Line two</p></div>
<p>Rated: <b>B (usually reliable)</b></p><p>Keywords: sea; ferry; county</p></body></html>`

func TestRules(t *testing.T) {
	rules, err := extract.Compile(map[string][]extract.Rule{
		"headline":    {{CSS: "h1"}, {CSS: "h2.title"}},
		"body":        {{CSS: ".text"}},
		"authors":     {{CSS: ".by a", All: true}},
		"sector":      {{JSONLD: "articleSection"}},
		"tags":        {{Label: "keywords", Split: ";"}},
		"credibility": {{Label: "Rated", Regexp: `^([A-F])\b`}},
		"published":   {{CSS: "em", Attr: "data-when", Layout: "2006-01-02 15:04", Zone: "Europe/Paris"}},
		"updated":     {{Meta: "article:modified_time"}},
		"Region":      {{Meta: "region"}},
		"Writers":     {{JSONLD: "author.name", All: true}},
		"Nothing":     {{CSS: ".none"}},
	}, []string{".ad"})
	if err != nil {
		t.Fatal(err)
	}
	read := extract.Read(extract.Page{URL: "https://n.example/a/ferry", Body: []byte(ruled)}, rules, nil)
	want := story.Fields{
		Headline:    "Ferry runs again",
		Body:        []string{"The ferry runs again.", "Daily at 8", "Fridays at 22", "Line one", "Line two"},
		Authors:     []string{"Ines Okafor", "Tom Baines"},
		Sector:      "Transport",
		Tags:        []string{"sea", "ferry", "county"},
		Credibility: "B",
		Published:   "2026-05-06T07:08:00+02:00",
		Updated:     "2026-05-07T08:00:00+02:00",
		Language:    "en",
		Metadata:    map[string]string{"Region": "North", "Writers": "Ines Okafor, Tom Baines"},
	}
	if diff := cmp.Diff(want, read.Fields); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
	for field, via := range map[string]string{
		"headline": "css h2.title", "body": "css .text", "sector": "json-ld articleSection", "tags": "label keywords", "updated": "meta article:modified_time", "metadata.Region": "meta region",
	} {
		if read.Via[field] != via {
			t.Errorf("%s is via %q, want %q", field, read.Via[field], via)
		}
	}
	if read.Rules == "none" || read.Rules != rules.ID() {
		t.Errorf("rules %q, want %q", read.Rules, rules.ID())
	}
}

// TestRuleThatFindsNothing: a field that has rules is never found by others.
func TestRuleThatFindsNothing(t *testing.T) {
	rules, err := extract.Compile(map[string][]extract.Rule{"headline": {{CSS: "h1.gone"}}, "authors": {{CSS: ".gone"}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	page := extract.Page{URL: "https://courier.example/a", Body: []byte(cardPage(""))}
	read := extract.Read(page, rules, nil)
	if read.Trouble != (story.Trouble{Outcome: story.Unreadable, Reason: "the rules for headline found nothing"}) {
		t.Errorf("trouble %+v", read.Trouble)
	}
}

func TestTimeElementsInRules(t *testing.T) {
	rules, err := extract.Compile(map[string][]extract.Rule{"published": {{CSS: "time"}}, "headline": {{CSS: ".title"}}, "body": {{CSS: ".text p"}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	read := extract.Read(extract.Page{URL: "https://n.example/a/ferry", Body: []byte(ruled)}, rules, nil)
	if read.Published != "2026-05-06T05:08:00Z" {
		t.Errorf("published %q", read.Published)
	}
	if diff := cmp.Diff([]string{"The ferry runs again.", "Buy a boat!", "Line one", "Line two"}, read.Body); diff != "" {
		t.Errorf("body (-want +got):\n%s", diff)
	}
}

func TestCompileSaysWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		rule extract.Rule
		key  string
	}{
		{extract.Rule{CSS: "h1 >"}, "css"},
		{extract.Rule{CSS: "h1", Regexp: "("}, "regexp"},
		{extract.Rule{CSS: "h1", Regexp: "a"}, "regexp"},
		{extract.Rule{CSS: "time", Zone: "Mars/Olympus"}, "zone"},
		{extract.Rule{Label: "Source", Attr: "href"}, "attr"},
		{extract.Rule{}, ""},
		{extract.Rule{CSS: "h1", Label: "Title"}, ""},
	} {
		_, err := extract.Compile(map[string][]extract.Rule{"headline": {{CSS: "h1"}, c.rule}}, nil)
		var wrong *extract.RuleError
		if !errors.As(err, &wrong) || wrong.Field != "headline" || wrong.Index != 1 || wrong.Key != c.key || wrong.Want == "" {
			t.Errorf("%+v: %v", c.rule, err)
		}
	}
	if _, err := extract.Compile(nil, []string{"]"}); err == nil {
		t.Error("a bad selector of drop is taken")
	}
}
