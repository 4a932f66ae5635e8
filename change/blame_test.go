package change_test

import (
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"
	"time"

	"stakeout/change"
	"stakeout/story"
)

var dawn = time.Date(2026, 4, 5, 8, 0, 0, 0, time.UTC)

// bodies are the versions of a story whose body has these paragraphs.
func bodies(versions ...[]string) []change.Told {
	var out []change.Told
	for i, body := range versions {
		out = append(out, telling(i+1, story.Fields{Headline: "Rain", Body: body}))
	}
	return out
}

func telling(version int, f story.Fields) change.Told {
	return change.Told{Version: version, At: dawn.Add(time.Duration(version) * time.Hour), Fields: f}
}

// blamed is what Blame says of a field, as "2 text".
func blamed(origins []change.Origin, field string) []string {
	var out []string
	for _, o := range origins {
		if o.Field != field {
			continue
		}
		line := fmt.Sprintf("%d %s", o.Version, o.Text)
		if o.Was != "" {
			line += " | was " + o.Was
		}
		if o.Before > 0 {
			line += fmt.Sprintf(" | before %d", o.Before)
		}
		if o.Reread {
			line += " | reread"
		}
		out = append(out, line)
	}
	return out
}

func TestBlameOfSentences(t *testing.T) {
	for _, tt := range []struct {
		name     string
		versions [][]string
		want     []string
	}{
		{"one version", [][]string{{"It rained. It stopped."}}, []string{"1 It rained.", "1 It stopped."}},
		{"a number in one of two sentences", [][]string{{"At least 12 people died there. It rained."}, {"At least 14 people died there. It rained."}},
			[]string{"2 At least 14 people died there. | was At least 12 people died there.", "1 It rained."}},
		{"a chain of edits", [][]string{{"At least 12 people died. It rained."}, {"At least 12 people died. It rained hard. Roads are closed."}, {"At least 14 people died. It rained hard. Roads are closed."}},
			[]string{"3 At least 14 people died. | was At least 12 people died.", "2 It rained hard. | was It rained.", "2 Roads are closed."}},
		{"paragraphs that changed places", [][]string{{"The river rose.", "Schools are closed.", "A court ruled."}, {"A court ruled.", "The river rose.", "Schools are closed."}},
			[]string{"1 A court ruled.", "1 The river rose.", "1 Schools are closed."}},
		{"a sentence that moved to another paragraph", [][]string{{"The river rose. A court ruled.", "Schools are closed."}, {"The river rose.", "Schools are closed. A court ruled."}},
			[]string{"1 The river rose.", "1 Schools are closed.", "1 A court ruled."}},
		{"moved to where one much like it stood", [][]string{{"Eight of the nine boats came home on Monday.", "Schools are closed.", "Eight of the nine boats came home on Friday."}, {"Eight of the nine boats came home on Friday.", "Schools are closed."}},
			[]string{"1 Eight of the nine boats came home on Friday.", "1 Schools are closed."}},
		{"a paragraph split in two", [][]string{{"The river rose. A court ruled."}, {"The river rose.", "A court ruled."}}, []string{"1 The river rose.", "1 A court ruled."}},
		{"what readers can't see", [][]string{{"“It’s over” — he\u00a0said."}, {"\"It's over\" - he said."}}, []string{`1 "It's over" - he said.`}},
		{"a mark alone", [][]string{{"Was he guilty."}, {"Was he guilty?"}}, []string{"2 Was he guilty? | was Was he guilty."}},
		{"gone and back", [][]string{{"The river rose. A court ruled."}, {"The river rose."}, {"The river rose. A court ruled."}}, []string{"1 The river rose.", "3 A court ruled. | before 1"}},
		{"reworded and back", [][]string{{"At least 12 people died."}, {"At least 14 people died."}, {"At least 12 people died."}}, []string{"3 At least 12 people died. | was At least 14 people died. | before 1"}},
		{"back, and then untouched", [][]string{{"A court ruled. Snow."}, {"Snow."}, {"A court ruled. Snow."}, {"A court ruled. Snow. Ice."}}, []string{"3 A court ruled. | before 1", "1 Snow.", "4 Ice."}},
		{"the same sentence once more", [][]string{{"No comment.", "A court ruled."}, {"No comment.", "A court ruled.", "No comment."}}, []string{"1 No comment.", "1 A court ruled.", "2 No comment."}},
		{"a script without spaces", [][]string{{"雨が降った。道路は閉鎖された。"}, {"大雨が降った。道路は閉鎖された。"}}, []string{"2 大雨が降った。 | was 雨が降った。", "1 道路は閉鎖された。"}},
		{"everything else", [][]string{{"The river rose."}, {"Shares fell."}}, []string{"2 Shares fell."}},
		{"nothing left", [][]string{{"The river rose."}, {}}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := blamed(change.Blame(bodies(tt.versions...)), "body"); !slices.Equal(got, tt.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
			}
		})
	}
	if change.Blame(nil) != nil {
		t.Error("a story without versions has origins")
	}
}

func TestBlameOfFields(t *testing.T) {
	first := story.Fields{Headline: "Rain", Authors: []string{"Ann Lee"}, Tags: []string{"Weather", "Rain"}, Sector: "World,News", Credibility: "unverified",
		Published: "2026-04-05T08:00:00+02:00", Metadata: map[string]string{"Desk": "North", "links": "1"}}
	second := story.Fields{Headline: "Heavy rain", Authors: []string{"Ann Lee", "Bo Vik"}, Tags: []string{"rain", "Flood"}, Sector: "News,World", Credibility: "confirmed",
		Published: "2026-04-05T06:00:00Z", Updated: "2026-04-05T09:00:00Z", Metadata: map[string]string{"Desk": "South", "links": "2"}}
	origins := change.Blame([]change.Told{telling(1, first), telling(2, second)})
	for field, want := range map[string][]string{
		"headline":      {"2 Heavy rain | was Rain"},
		"authors":       {"1 Ann Lee", "2 Bo Vik"},
		"tags":          {"1 rain", "2 Flood"},
		"sector":        {"1 News,World"},
		"credibility":   {"2 confirmed | was unverified"},
		"published":     {"1 2026-04-05T06:00:00Z"},
		"metadata.Desk": {"2 South | was North"}, "metadata.links": nil, "updated": nil,
	} {
		if got := blamed(origins, field); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", field, got, want)
		}
	}
}

// What better rules find in a version's pages is not the doing of the version
// whose first reading had it.
func TestBlameHoldsReadingsOfTheSameRulesAgainstEachOther(t *testing.T) {
	by := func(version int, rules string, body ...string) change.Told {
		f := telling(version, story.Fields{Body: body})
		f.Rules = rules
		return f
	}
	history := []change.Told{by(1, "a", "Rain."), by(1, "b", "Lead.", "Rain."), by(2, "a", "Rain.", "Snow."), by(2, "b", "Lead.", "Rain.", "Snow.")}
	if got := blamed(change.Blame(history), "body"); !slices.Equal(got, []string{"1 Lead.", "1 Rain.", "2 Snow."}) {
		t.Errorf("got %q", got)
	}
	history = []change.Told{by(1, "a", "Rain."), by(2, "a", "Rain.", "Snow."), by(2, "b", "Lead.", "Rain.", "Snow.")}
	if got := blamed(change.Blame(history), "body"); !slices.Equal(got, []string{"2 Lead. | reread", "1 Rain.", "2 Snow."}) {
		t.Errorf("got %q", got)
	}
}

// However sentences are put in, taken out and moved, each is blamed on the
// version since which it has stood there.
func TestBlameOfHistoriesDrawnByLot(t *testing.T) {
	lot := rand.New(rand.NewSource(3))
	for range 200 {
		var history []change.Told
		var body []string
		since := map[string]int{}
		for v := 1; v <= 12; v++ {
			for len(body) < 3 || lot.Intn(3) == 0 {
				s := fmt.Sprintf("Sentence%d%d said thing%d of matter%d.", v, lot.Int(), lot.Int(), lot.Int())
				body = slices.Insert(body, lot.Intn(len(body)+1), s)
				since[s] = v
			}
			if lot.Intn(2) == 0 {
				i := lot.Intn(len(body))
				body = slices.Delete(body, i, i+1)
			}
			lot.Shuffle(len(body)*lot.Intn(2), func(i, j int) { body[i], body[j] = body[j], body[i] })
			cut := lot.Intn(len(body) + 1)
			history = append(history, telling(v, story.Fields{Body: []string{strings.Join(body[:cut], " "), strings.Join(body[cut:], " ")}}))
		}
		origins := change.Blame(history)
		if len(origins) != len(body) {
			t.Fatalf("%d sentences, %d origins", len(body), len(origins))
		}
		for i, o := range origins {
			if o.Text != body[i] || o.Version != since[o.Text] || !o.At.Equal(dawn.Add(time.Duration(o.Version)*time.Hour)) {
				t.Fatalf("got %+v, want version %d of %s", o, since[body[i]], body[i])
			}
		}
	}
}
