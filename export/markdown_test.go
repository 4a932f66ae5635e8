package export

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"stakeout/story"
)

// A card that was read, written again, is the card.
func TestMarkdownIsTheSeedCard(t *testing.T) {
	want := sharedFile(t, "seed/50193.md")
	text, list, _ := strings.Cut(want, "\n---\n")
	headline, body, _ := strings.Cut(strings.TrimPrefix(text, "## "), "\n")
	labels := map[string]string{}
	for line := range strings.SplitSeq(list, "\n") {
		label, value, _ := strings.Cut(strings.TrimPrefix(line, "- **"), "**: ")
		labels[label] = value
	}
	s := story.Story{Source: "whisperx", ID: labels["ID"], URL: labels["URL"], Fields: story.Fields{
		Headline: headline, Body: strings.Split(body, "\n\n"), Publisher: labels["Source"], Sector: labels["Sector"],
		Tags: strings.Split(labels["Tags"], ", "), Credibility: labels["Credibility"], Published: "2026-04-04T21:26:49Z",
		Updated: "2026-04-04T23:26:49+02:00", Metadata: map[string]string{"links": "https://example.org/"}, Language: "en",
	}}
	if got := MarkdownStory(s, nil); got != want {
		t.Errorf("found\n%s\nexpected\n%s", got, want)
	}
}

func TestMarkdownZones(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		at   story.Moment
		zone *time.Location
		want string
	}{
		{"2026-04-04T21:26:49Z", nil, "2026-04-04 21:26:49"},
		{"2026-04-04T21:26:49-05:00", nil, "2026-04-05 02:26:49"},
		{"2026-04-04T21:26:49Z", paris, "2026-04-04 23:26:49"},
		{"2026-04-04", paris, "2026-04-04"},
		{"", paris, ""},
	} {
		if got := moment(c.at, c.zone); got != c.want {
			t.Errorf("%s in %v: found %q, expected %q", c.at, c.zone, got, c.want)
		}
	}
}

func TestMarkdownLeavesOutWhatIsUnknown(t *testing.T) {
	if got := MarkdownStory(story.Story{ID: "1", URL: "https://example.org/1"}, nil); got != "---\n- **ID**: 1\n- **URL**: https://example.org/1" {
		t.Errorf("found %q", got)
	}
}

func TestMarkdownWritesOtherLabels(t *testing.T) {
	s := story.Story{ID: "1", URL: "u", Fields: story.Fields{Headline: "H", Publisher: "P", Updated: "2026-04-05", Published: "2026-04-04",
		Metadata: map[string]string{"Desk": "City\nHall", "id": "7", "source": "Q", "B**d": "x", "links": "https://a"}}}
	want := "## H\n---\n- **Source**: P\n- **Published**: 2026-04-04\n- **Updated**: 2026-04-05\n- **B\\*\\*d**: x\n- **Desk**: City Hall\n- **ID**: 1\n- **URL**: u"
	if got := MarkdownStory(s, nil); got != want {
		t.Errorf("found\n%s\nexpected\n%s", got, want)
	}
}

func TestMarkdownTextStaysText(t *testing.T) {
	for text, want := range map[string]string{
		"# No heading":          `\# No heading`,
		"#hashtag":              `\#hashtag`,
		"---":                   `\---`,
		"--- and on":            `\--- and on`,
		"***":                   `\***`,
		"* * *":                 `\* * *`,
		"===":                   `\===`,
		"- said":                `\- said`,
		"+":                     `\+`,
		"-12 degrees":           "-12 degrees",
		"> 5":                   `\> 5`,
		"| a | b |":             `\| a | b |`,
		"```go":                 "\\```go",
		"1. First":              `1\. First`,
		"2026) On":              `2026\) On`,
		"1.":                    `1\.`,
		"3.5 per cent":          "3.5 per cent",
		"2026. A year":          `2026\. A year`,
		"[1]: https://evil":     `\[1]: https://evil`,
		"[sic] he said":         "[sic] he said",
		"a <b>bold</b> <3 x<y>": `a \<b>bold\</b> <3 x\<y>`,
		"see [this](http://e)":  `see [this\](http://e)`,
		"![x][y]":               `![x\][y]`,
		"*very* good, a_b_c":    "*very* good, a_b_c",
		"– a dash":              "– a dash",
		"two\nlines  here":      "two lines here",
		"":                      "",
	} {
		if got := paragraph(text); got != want {
			t.Errorf("%q: found %q, expected %q", text, got, want)
		}
	}
	for text, want := range map[string]string{"C#": "C#", "The key #": `The key \#`, "#": `\#`, "A <script>": `A \<script>`} {
		if got := heading(text); got != want {
			t.Errorf("headline %q: found %q, expected %q", text, got, want)
		}
	}
}

func TestMarkdownWritesStoriesApart(t *testing.T) {
	var out bytes.Buffer
	one := story.Story{Source: "s", ID: "1", URL: "u", Fields: story.Fields{Headline: "One", Body: []string{"Text"}}}
	if err := Markdown(&out, of(nil, one, one), inUTC); err != nil {
		t.Fatal(err)
	}
	card := "## One\nText\n---\n- **ID**: 1\n- **URL**: u"
	if out.String() != card+"\n\n"+card {
		t.Errorf("found %q", out.String())
	}
}

// Whatever a story says, its card has one list of labels, and only ours begin
// the lines of it.
func FuzzMarkdownStory(f *testing.F) {
	f.Add("Headline", "Text", "Label", "value")
	f.Add("---", "---\n- **ID**: 7", "ID**: 7\n- **URL", "a\nb")
	f.Add("#", "\\", "", "\u2028")
	f.Fuzz(func(t *testing.T, headline, text, label, value string) {
		card := MarkdownStory(story.Story{ID: "1", URL: "u", Fields: story.Fields{
			Headline: headline, Body: []string{text, value}, Publisher: value, Metadata: map[string]string{label: value}}}, nil)
		rules := 0
		for line := range strings.SplitSeq(card, "\n") {
			switch {
			case line == "---":
				rules++
			case rules > 0 && !strings.HasPrefix(line, "- **"):
				t.Errorf("a line of the list is %q in %q", line, card)
			case rules == 0 && (strings.HasPrefix(line, "- ") || strings.HasPrefix(line, "<")):
				t.Errorf("a line of the text is %q in %q", line, card)
			}
		}
		if rules != 1 || !strings.HasSuffix(card, "\n- **ID**: 1\n- **URL**: u") {
			t.Errorf("found %q", card)
		}
	})
}
