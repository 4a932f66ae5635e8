package extract_test

import (
	"testing"

	"stakeout/extract"
)

// TestEmptyPageIsDrawnFromItsState: an app that sends nothing but data is read
// from them, card and article alike; data of another story are not.
func TestEmptyPageIsDrawnFromItsState(t *testing.T) {
	const text = `"The ferry to Inver stopped on Friday after its ramp broke, and 40 cars had to wait.\n\nThe harbour master said that the ramp was inspected \"only in March\", and found in order.\n\nA barge carries foot passengers until a new ramp comes from the yard at Leith."`
	const card = `{"props":{"menu":[{"title":"Home"}],"intel":{"intelId":50193,"title":"Ferry to Inver stops","body":` + text + `,"source":{"name":"Harbour Gazette"},"sector":"Transport","tags":["Ferries",{"name":"Ramps"}],"credibility":"confirmed","publishedAt":"2026-04-04T21:26:49Z"}}}`
	const story = `{"story":{"title":"Ferry to Inver stops","content":{"rendered":` + text + `},"authors":[{"name":"Mary Pike"}],"published_at":"2026-04-04T21:26:49Z"}}`
	for _, c := range []struct{ name, title, script, headline, id, publisher, author string }{
		{"card", "Intel", `<script id="__NEXT_DATA__" type="application/json">` + card + `</script>`, "Ferry to Inver stops", "50193", "Harbour Gazette", ""},
		{"assigned", "", `<script>window.__STATE__ = ` + card + `;</script>`, "Ferry to Inver stops", "50193", "Harbour Gazette", ""},
		{"article", "Ferry to Inver stops | Gazette", `<script type="application/json">` + story + `</script>`, "Ferry to Inver stops", "", "", "Mary Pike"},
		{"another story", "Council closes the old bridge", `<script type="application/json">` + story + `</script>`, "Council closes the old bridge", "", "", ""},
	} {
		page := `<html><head><title>` + c.title + `</title></head><body><div id="app">Loading …</div>` + c.script + `</body></html>`
		got := extract.Read(extract.Page{URL: "https://x.example/intel/50193", Body: []byte(page)}, nil, nil)
		if c.name == "another story" {
			if got.Trouble.Outcome == "" && got.Fields.Headline == "Ferry to Inver stops" {
				t.Errorf("%s: found %+v", c.name, got.Fields)
			}
			continue
		}
		author := ""
		if len(got.Fields.Authors) > 0 {
			author = got.Fields.Authors[0]
		}
		if f := got.Fields; f.Headline != c.headline || len(f.Body) != 3 || got.ID != c.id || f.Publisher != c.publisher || author != c.author || f.Published != "2026-04-04T21:26:49Z" {
			t.Errorf("%s: found ID %q and %+v, %v", c.name, got.ID, f, got.Trouble)
		}
	}
}
