package extract_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stakeout/extract"
	"stakeout/story"
)

// labels are an intel card's, in order, with their values.
var labels = [][2]string{
	{"Source", "The Daily Ledger"}, {"Sector", "Energy"}, {"Tags", "Grid, Wind Power, North Sea"},
	{"Credibility", "unverified"}, {"Region", "Northern Europe"}, {"Published", "2026-05-06 07:08:09"},
	{"ID", "7731"}, {"URL", "https://cards.example/en/intel/7731"},
}

// cardLayouts are ways to mark a list of labels and values up.
var cardLayouts = map[string]func(rows [][2]string) string{
	"li strong":              each("<ul>", "<li><strong>%L</strong>: %V</li>", "</ul>"),
	"li strong colon inside": each("<ul>", "<li><strong>%L:</strong> %V</li>", "</ul>"),
	"dl":                     each("<dl>", "<dt>%L</dt><dd>%V</dd>", "</dl>"),
	"dl of divs":             each("<dl>", "<div><dt>%L</dt><dd><span>%V</span></dd></div>", "</dl>"),
	"table":                  each("<table>", "<tr><th>%L</th><td>%V</td></tr>", "</table>"),
	"table of td":            each("<table>", "<tr><td>%L:</td><td>%V</td></tr>", "</table>"),
	"span label":             each("<div class=meta>", "<div><span class=label>%L:</span> %V</div>", "</div>"),
	"span label, no colon":   each("<div class=meta>", "<div><span class=label>%L</span> <span class=value>%V</span></div>", "</div>"),
	"sibling blocks":         each("<section>", "<div class=k>%L</div><div class=v>%V</div>", "</section>"),
	"sibling blocks wrapped": each("<section>", "<div class=row><div class=k>%L</div><div class=v>%V</div></div>", "</section>"),
	"headings":               each("<aside>", "<h4>%L</h4><p>%V</p>", "</aside>"),
	"plain lines":            each("<div>", "%L: %V<br>", "</div>"),
	"plain paragraphs":       each("", "<p>%L: %V</p>", ""),
	"bold lines":             each("<p>", "<b>%L</b>: %V<br>", "</p>"),
	"bold in one line":       each("<p>", "<b>%L:</b> %V ", "</p>"),
	"bars": func(rows [][2]string) string {
		return "<p>" + strings.TrimSuffix(each("", "%L: %V | ", "")(rows), " | ") + "</p>"
	},
	"divs without names": each("<div>", "<div><div>%L</div><div>%V</div></div>", "</div>"),
	"dashes":             each("<ul>", "<li><b>%L</b> — %V</li>", "</ul>"),
	"header row":         headerRow,
}

func each(open, row, close string) func([][2]string) string {
	return func(rows [][2]string) string {
		var b strings.Builder
		for _, r := range rows {
			b.WriteString(strings.NewReplacer("%L", r[0], "%V", r[1]).Replace(row) + "\n")
		}
		return open + b.String() + close
	}
}

func headerRow(rows [][2]string) string {
	return "<table><thead><tr>" + each("", "<th>%L</th>", "")(rows) + "</tr></thead><tbody><tr>" + each("", "<td>%V</td>", "")(rows) + "</tr></tbody></table>"
}

func cardPage(list string) string {
	return `<!doctype html><html lang="en"><head><title>Turbines halted off Borkum - Cards</title></head><body>
<nav><a href="/">Home</a> <a href="/tags">Tags</a> <a href="/sources">Source</a></nav>
<main><h1>Turbines halted off Borkum</h1>
<p>Four turbines were halted on Tuesday after a cable fault, the operator said. Note: the fault is not on the export cable.</p>
<p>Repairs are expected to take nine days, and two vessels have been chartered for them.</p>
` + list + `</main><footer>Contact: desk</footer></body></html>`
}

func TestCardIsFoundWithoutRulesInAnyLayout(t *testing.T) {
	for name, layout := range cardLayouts {
		t.Run(name, func(t *testing.T) {
			page := extract.Page{URL: "https://cards.example/en/intel/7731?ref=x", Body: []byte(cardPage(layout(labels)))}
			checkCard(t, extract.Read(page, nil, nil))
		})
	}
}

func TestLabelRulesInAnyLayout(t *testing.T) {
	rules, err := extract.Compile(map[string][]extract.Rule{
		"headline": {{CSS: "h1"}}, "publisher": {{Label: "source"}}, "sector": {{Label: "Sector"}},
		"tags": {{Label: "Tags", Split: ","}}, "credibility": {{Label: "Credibility"}}, "Region": {{Label: "region"}},
		"published": {{Label: "Published", Layout: "2006-01-02 15:04:05", Zone: "UTC"}},
		"id":        {{Label: "ID"}}, "url": {{Label: "URL"}},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, layout := range cardLayouts {
		t.Run(name, func(t *testing.T) {
			page := extract.Page{URL: "https://cards.example/en/intel/7731", Body: []byte(cardPage(layout(labels)))}
			checkCard(t, extract.Read(page, rules, nil))
		})
	}
}

func checkCard(t *testing.T, read story.Reading) {
	t.Helper()
	want := story.Fields{
		Headline: "Turbines halted off Borkum",
		Body: []string{
			"Four turbines were halted on Tuesday after a cable fault, the operator said. Note: the fault is not on the export cable.",
			"Repairs are expected to take nine days, and two vessels have been chartered for them.",
		},
		Publisher: "The Daily Ledger", Sector: "Energy", Tags: []string{"Grid", "Wind Power", "North Sea"},
		Credibility: "unverified", Published: "2026-05-06T07:08:09Z", Language: "en",
		Metadata: map[string]string{"Region": "Northern Europe"},
	}
	if diff := cmp.Diff(want, read.Fields); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
	if read.ID != "7731" || read.URL != "https://cards.example/en/intel/7731" {
		t.Errorf("id %q, url %q", read.ID, read.URL)
	}
}

func TestTagsThatAreElements(t *testing.T) {
	for name, tags := range map[string]string{
		"chips": "<span>Grid</span><span>Wind Power</span><span>North Sea</span>",
		"links": "<a href=/t/1>Grid</a> <a href=/t/2>Wind Power</a> <a href=/t/3>North Sea</a>",
		"list":  "<ul><li>Grid</li><li>Wind Power</li><li>North Sea</li></ul>",
		"comma": "<a href=/t/1>Grid</a>, <a href=/t/2>Wind Power</a>, <a href=/t/3>North Sea</a>",
	} {
		rows := slices.Clone(labels)
		rows[2][1] = tags
		page := extract.Page{URL: "https://cards.example/en/intel/7731", Body: []byte(cardPage(cardLayouts["dl"](rows)))}
		got := extract.Read(page, nil, nil).Tags
		if diff := cmp.Diff([]string{"Grid", "Wind Power", "North Sea"}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestProseWithColonsIsNoCard(t *testing.T) {
	page := `<html><head><title>A recipe for trouble</title></head><body><article><h1>A recipe for trouble</h1>
<p>Note: this column appears on Fridays, and it is longer than it looks at first sight.</p>
<p>Warning: the minister said so twice, in front of two cameras and a parrot that repeats it.</p>
<p>Source: a person close to the talks, who asked not to be named since the talks are private.</p>
<p>The minister left by the back door, and nobody followed her to the car that waited there.</p>
</article></body></html>`
	read := extract.Read(extract.Page{URL: "https://news.example/a/1", Body: []byte(page)}, nil, nil)
	if len(read.Metadata) > 0 || read.Publisher != "" || len(read.Body) != 4 {
		t.Errorf("metadata %v, publisher %q, %d paragraphs", read.Metadata, read.Publisher, len(read.Body))
	}
}

// TestNotesBesideACardAreText: a correction next to the list of labels is a
// paragraph to the readers, however much it looks like a label.
func TestNotesBesideACardAreText(t *testing.T) {
	for _, note := range []string{
		"Correction: an earlier version of this card gave the wrong number of turbines.",
		"RETRACTED: this report could not be confirmed and has been withdrawn.",
	} {
		for name, layout := range cardLayouts {
			body := strings.Replace(cardPage(layout(labels)), "</main>", "<p>"+note+"</p></main>", 1)
			got := extract.Read(extract.Page{URL: "https://cards.example/en/intel/7731", Body: []byte(body)}, nil, nil).Fields
			if !slices.Contains(got.Body, note) || len(got.Metadata) != 1 {
				t.Errorf("%s, %q: found %q and metadata %v", name, note, got.Body, got.Metadata)
			}
		}
	}
}
