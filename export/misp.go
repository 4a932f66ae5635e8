package export

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"stakeout/indicator"
	"stakeout/story"
)

type mispEvent struct {
	UUID          string          `json:"uuid"`
	Info          string          `json:"info"`
	Date          string          `json:"date"`
	Timestamp     string          `json:"timestamp"`
	Published     bool            `json:"published"`
	Analysis      string          `json:"analysis"`        // 2: completed
	ThreatLevelID string          `json:"threat_level_id"` // 4: undefined
	Distribution  string          `json:"distribution"`    // 0: your organisation only
	Orgc          mispOrg         `json:"Orgc"`
	Tags          []mispTag       `json:"Tag"`
	Attributes    []mispAttribute `json:"Attribute"`
}

type mispOrg struct {
	Name string `json:"name"`
	UUID string `json:"uuid"`
}

type mispTag struct {
	Name string `json:"name"`
}

type mispAttribute struct {
	UUID         string `json:"uuid"`
	Type         string `json:"type"`
	Category     string `json:"category"`
	Value        string `json:"value"`
	ToIDs        bool   `json:"to_ids"`
	Distribution string `json:"distribution"` // 5: that of the event
	Timestamp    string `json:"timestamp"`
	Comment      string `json:"comment"`
	Deleted      bool   `json:"deleted"`
	// NoCorrelation keeps texts that many events share from linking them all.
	NoCorrelation bool `json:"disable_correlation"`
}

// StoriesMISP writes stories or versions as MISP events, as its REST interface
// exchanges them. Indicators are attributes that are not for detection until
// somebody says so: that a text names an address makes it no threat.
func StoriesMISP(w io.Writer, mark TLP, stories iter.Seq2[story.Story, error]) error {
	out := bufio.NewWriter(w)
	if _, err := out.WriteString(`{"response":[`); err != nil {
		return err
	}
	lead := "\n"
	for s, err := range stories {
		if err != nil {
			return err
		}
		text, err := json.Marshal(map[string]mispEvent{"Event": mispEventOf(s, mark)})
		if err != nil {
			return err
		}
		if _, err := out.WriteString(lead + string(text)); err != nil {
			return err
		}
		lead = ",\n"
	}
	if _, err := out.WriteString("\n]}\n"); err != nil {
		return err
	}
	return out.Flush()
}

func mispEventOf(s story.Story, mark TLP) mispEvent {
	at, date := time.Unix(0, 0), ""
	if s.ChangedAt != nil {
		at = *s.ChangedAt
	}
	if t, ok := s.Published.Time(); ok {
		date = t.Format(time.DateOnly)
	} else if s.FirstSeen != nil {
		date = s.FirstSeen.UTC().Format(time.DateOnly)
	}
	org := firstOf(s.Publisher, s.Source)
	e := mispEvent{
		UUID: reportID(s.Key()).String(), Info: firstOf(s.Headline, s.ID), Date: date, Timestamp: fmt.Sprint(at.Unix()),
		Analysis: "2", ThreatLevelID: "4", Distribution: "0", Orgc: mispOrg{org, idOf("identity", org).String()},
		Tags: []mispTag{{"tlp:" + string(mark)}},
	}
	if g := grade(s.Credibility); g > 0 {
		e.Tags = append(e.Tags, mispTag{fmt.Sprintf(`admiralty-scale:information-credibility="%d"`, g)})
	}
	for _, t := range s.Tags {
		e.Tags = append(e.Tags, mispTag{t})
	}
	e.Attributes = mispAttributes(s, e.Timestamp)
	return e
}

// mispAttributes are what a story says as attributes. What is the same thing in
// each version has the same ID in each, so that a further version takes its place.
func mispAttributes(s story.Story, at string) []mispAttribute {
	out, seen := []mispAttribute{}, map[string]bool{}
	add := func(name, kind, category, value, comment string) {
		id := idOf("attribute", s.Source, s.ID, kind, name).String()
		if value == "" || seen[id] {
			return
		}
		seen[id] = true
		out = append(out, mispAttribute{UUID: id, Type: kind, Category: category, Value: value, Distribution: "5", Timestamp: at, Comment: comment, NoCorrelation: kind == "text"})
	}
	add("url", "link", "External analysis", s.URL, "where it was published")
	add("body", "text", "External analysis", strings.Join(s.Body, paragraphMark), "the text")
	add("key", "text", "Internal reference", s.Key().String(), "source/ID")
	for _, i := range indicator.Find(storyText(s)) {
		kind, category := mispKind(i)
		add(i.Value, kind, category, i.Value, "named in the text")
	}
	for _, address := range indicator.URLs(storyText(s)) {
		add(address, "url", "Network activity", address, "named in the text")
	}
	return out
}

// mispKind is the type and category of an indicator.
func mispKind(i indicator.Indicator) (kind, category string) {
	switch i.Kind {
	case story.FactCVE:
		return "vulnerability", "External analysis"
	case story.FactHash:
		return strings.ToLower(strings.ReplaceAll(hashName(i.Value), "-", "")), "External analysis"
	case story.FactIP:
		return "ip-dst", "Network activity"
	}
	return "domain", "Network activity"
}
