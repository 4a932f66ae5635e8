package extract

import (
	"strings"
	"testing"
)

// TestJSONLDInOddShapes: the same facts, in the shapes that pages give them.
func TestJSONLDInOddShapes(t *testing.T) {
	const facts = `"headline":"Harbour bridge: tolls end","datePublished":"2026-03-02T07:15:00Z","articleSection":"Transport"`
	for name, script := range map[string]string{
		"object":             `{"@type":"NewsArticle",` + facts + `,"author":{"@type":"Person","name":"Ines Okafor"}}`,
		"array":              `[{"@type":"Organization","name":"X"},{"@type":"NewsArticle",` + facts + `,"author":[{"name":"Ines Okafor"}]}]`,
		"graph with ids":     `{"@graph":[{"@type":"NewsArticle",` + facts + `,"author":{"@id":"#ines"}},{"@type":"Person","@id":"#ines","name":"Ines Okafor"}]}`,
		"namespaced types":   `{"@type":"http://schema.org/NewsArticle",` + facts + `,"author":"Ines Okafor"}`,
		"list of types":      `{"@type":["Article","NewsArticle"],` + facts + `,"author":[["Ines Okafor"]]}`,
		"nested":             `{"@type":"WebPage","mainEntity":{"@type":"NewsArticle",` + facts + `,"author":{"name":["Ines Okafor"]}}}`,
		"trailing comma":     `{"@type":"NewsArticle",` + facts + `,"author":{"name":"Ines Okafor",},}`,
		"raw line break":     "{\"@type\":\"NewsArticle\"," + facts + ",\"description\":\"a\nb\tc\",\"author\":{\"name\":\"Ines Okafor\"}}",
		"in a comment":       `<!-- {"@type":"NewsArticle",` + facts + `,"author":{"name":"Ines Okafor"}} -->`,
		"in CDATA":           `//<![CDATA[` + "\n" + `{"@type":"NewsArticle",` + facts + `,"author":{"name":"Ines Okafor"}}` + "\n//]]>",
		"two values":         `{"@type":"Organization","name":"X"}{"@type":"NewsArticle",` + facts + `,"author":{"name":"Ines Okafor"}}`,
		"entities":           `{"@type":"NewsArticle",` + strings.ReplaceAll(facts, `"`, "&quot;") + `,&quot;author&quot;:{&quot;name&quot;:&quot;Ines Okafor&quot;}}`,
		"semicolon":          `{"@type":"NewsArticle",` + facts + `,"author":{"name":"Ines Okafor"}};`,
		"escapes of nothing": `{"@type":"NewsArticle",` + facts + `,"description":"it\'s","author":{"name":"Ines Okafor"}}`,
		"first of several":   `[{"@type":"NewsArticle","headline":"A seal in the town hall","url":"https://n.example/seal"},{"@type":"NewsArticle",` + facts + `,"author":{"name":"Ines Okafor"}}]`,
	} {
		t.Run(name, func(t *testing.T) {
			read := Read(Page{URL: "https://n.example/bridge", Body: jsonldPage(script)}, nil, nil)
			if len(read.Authors) != 1 || read.Authors[0] != "Ines Okafor" || read.Published != "2026-03-02T07:15:00Z" || read.Sector != "Transport" {
				t.Errorf("authors %q, published %q, sector %q", read.Authors, read.Published, read.Sector)
			}
		})
	}
}

// TestJSONLDPastMending: of broken JSON only plain texts are read.
func TestJSONLDPastMending(t *testing.T) {
	read := Read(Page{URL: "https://n.example/bridge", Body: jsonldPage(`{"@type":"NewsArticle","headline":"Harbour bridge: tolls end",
"description":"she said "never" and left", "datePublished":"2026-03-02T07:15:00Z", }}`)}, nil, nil)
	if read.Published != "2026-03-02T07:15:00Z" {
		t.Errorf("published %q", read.Published)
	}
}

// TestJSONLDThatLies: what is said of another story is not said of this one.
func TestJSONLDThatLies(t *testing.T) {
	for name, script := range map[string]string{
		"other address": `{"@type":"NewsArticle","headline":"A seal in the town hall","url":"https://n.example/seal","datePublished":"2019-01-01","author":{"name":"Kim Wrong"}}`,
		"no address":    `{"@type":"NewsArticle","headline":"A seal in the town hall","datePublished":"2019-01-01","author":{"name":"Kim Wrong"}}`,
	} {
		read := Read(Page{URL: "https://n.example/bridge", Body: jsonldPage(script)}, nil, nil)
		if len(read.Authors) > 0 || read.Published != "" || read.Headline != "Harbour bridge: tolls end" {
			t.Errorf("%s: headline %q, authors %q, published %q", name, read.Headline, read.Authors, read.Published)
		}
	}
}

func jsonldPage(script string) []byte {
	return []byte(`<html><head><title>Harbour bridge: tolls end</title><script type="application/ld+json">` + script + `</script></head><body><article><h1>Harbour bridge: tolls end</h1>` +
		strings.Repeat("<p>The toll booths on the harbour bridge will close, the county council said on Monday, after the bonds were redeemed.</p>", 3) + `</article></body></html>`)
}

func TestMoments(t *testing.T) {
	for _, c := range []struct {
		in, want   string
		monthFirst bool
	}{
		{"2026-04-04T21:26:49Z", "2026-04-04T21:26:49Z", false},
		{"2026-04-04T21:26:49.123+02:00", "2026-04-04T21:26:49+02:00", false},
		{"2026-04-04T21:26:49+0200", "2026-04-04T21:26:49+02:00", false},
		{"2026-04-04 21:26", "2026-04-04T21:26:00Z", false},
		{"2026-04-04", "2026-04-04", false},
		{"20260404T212649Z", "2026-04-04T21:26:49Z", false},
		{"1775338009", "2026-04-04T21:26:49Z", false},
		{"1775338009000", "2026-04-04T21:26:49Z", false},
		{"Sat, 04 Apr 2026 21:26:49 GMT", "2026-04-04T21:26:49Z", false},
		{"Sat Apr 04 2026 21:26:49 GMT+0200 (CEST)", "2026-04-04T21:26:49+02:00", false},
		{"4 April 2026", "2026-04-04", false},
		{"April 4th, 2026 at 9:26 p.m. EDT", "2026-04-04T21:26:00-04:00", false},
		{"April 4, 2026, 9:26 PM ET", "2026-04-04T21:26:00-04:00", false},
		{"04/05/2026", "2026-05-04", false},
		{"04/05/2026", "2026-04-05", true},
		{"13/04/2026", "2026-04-13", true},
		{"4. April 2026, 21:26 Uhr", "2026-04-04T21:26:00Z", false},
		{"Stand: 04.04.26 | 21.26 Uhr", "2026-04-04T21:26:00Z", false},
		{"Publié le 4 avril 2026 à 21h26", "2026-04-04T21:26:00Z", false},
		{"4 de abril de 2026, 21:26", "2026-04-04T21:26:00Z", false},
		{"sabato 4 aprile 2026, ore 21:26", "2026-04-04T21:26:00Z", false},
		{"4 апреля 2026, 21:26 МСК", "2026-04-04T21:26:00+03:00", false},
		{"2026年4月4日 21時26分", "2026-04-04T21:26:00Z", false},
		{"2026年4月4日午後9時26分", "2026-04-04T21:26:00Z", false},
		{"2026. 4. 4. 오후 9:26", "2026-04-04T21:26:00Z", false},
		{"4 Nisan 2026", "2026-04-04", false},
		{"4 kwietnia 2026", "2026-04-04", false},
		{"٤ أبريل ٢٠٢٦", "2026-04-04", false},
		{"31 February 2026", "", false},
		{"2026-13-01", "", false},
		{"3 hours ago", "", false},
		{"call 555 2026", "", false},
		{"", "", false},
	} {
		got, _ := parseMoment(c.in, clock{monthFirst: c.monthFirst})
		if string(got) != c.want {
			t.Errorf("%q gives %q, want %q", c.in, got, c.want)
		}
	}
}

func TestPeople(t *testing.T) {
	for in, want := range map[string]string{
		"By Ines Okafor and Tom Baines":                "Ines Okafor|Tom Baines",
		"Von Jana Wiesner, Redakteurin":                "Jana Wiesner",
		"Par Élise Moreau et Luc Dupont":               "Élise Moreau|Luc Dupont",
		"Por Lucía Ferrán y Ana Ruiz":                  "Lucía Ferrán|Ana Ruiz",
		"Ines Okafor (ines@courier.example)":           "Ines Okafor",
		"Ines Okafor, Senior Correspondent":            "Ines Okafor",
		"記者　山田花子":                                      "山田花子",
		"Автор: Анна Ветрова":                          "Анна Ветрова",
		"By John Poe, Jr. and Ann Lee, MD":             "John Poe Jr|Ann Lee",
		"christian.muster":                             "",
		"https://courier.example/people/ines":          "",
		"Text: Jana Wiesner | 14.10.2025":              "Jana Wiesner",
		"Written by Ines Okafor · 5 min read":          "Ines Okafor",
		"Ein Artikel von Paul Ohnesorg | 27.01.2022":   "Paul Ohnesorg",
		"WELLE-Reporterin Jana Wiesner":                "Jana Wiesner",
		"Anna van der Berg & Jean-Luc d'Arc / Reuters": "Anna van der Berg|Jean-Luc d'Arc|Reuters",
	} {
		if got := strings.Join(people(in), "|"); got != want {
			t.Errorf("%q gives %q, want %q", in, got, want)
		}
	}
}
