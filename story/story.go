// Package story holds the domain's words: Story, Reading, Version, Change,
// Visit, Outcome, and the normal form of text in which readings are compared.
//
// It knows nothing of HTTP, HTML, SQL or the clock, and imports only the
// standard library and x/text/unicode/norm.
package story

import (
	"encoding/json"
	"time"
)

// Key names a story: one ID within one source.
type Key struct {
	Source string
	ID     string
}

// String gives the form that users type: source/id.
func (k Key) String() string { return k.Source + "/" + k.ID }

// Status says whether a story can still be read where it was published.
type Status string

// The two states of a story.
const (
	Live    Status = "live"
	Removed Status = "removed"
)

// Fields is what a page says of a story. Text is plain Unicode, NFC, with
// whitespace collapsed; what is unknown is empty, never a guess.
type Fields struct {
	Headline string `json:"headline"`
	// Body has one string per paragraph, list item, quote or subheading, in
	// reading order; the standfirst is its first.
	Body        []string `json:"body"`
	Authors     []string `json:"authors"`
	Publisher   string   `json:"publisher"`
	Sector      string   `json:"sector"`
	Tags        []string `json:"tags"`
	Credibility string   `json:"credibility"`
	Published   Moment   `json:"published"`
	Updated     Moment   `json:"updated"`
	Language    string   `json:"language"`
	// Metadata holds every other label and its value. "links" is ours: the
	// addresses linked from the body, one a line; recorded, never compared.
	Metadata map[string]string `json:"metadata"`
}

// Story is a story as it stands at one version, as the contract's JSON has it.
type Story struct {
	Source string `json:"source"`
	ID     string `json:"id"`
	URL    string `json:"url"`
	Fields
	Status    Status            `json:"status"`
	Version   int               `json:"version"`
	FirstSeen *time.Time        `json:"first_seen"`
	LastSeen  *time.Time        `json:"last_seen"`
	ChangedAt *time.Time        `json:"changed_at"`
	Via       map[string]string `json:"via,omitempty"`
}

// Key returns the story's (source, ID).
func (s Story) Key() Key { return Key{s.Source, s.ID} }

// MarshalJSON writes unknown lists as [] and unknown metadata as {}, never null.
func (s Story) MarshalJSON() ([]byte, error) {
	type plain Story
	p := plain(s)
	p.Fields = p.Fields.filled()
	if p.Status == "" {
		p.Status = Live
	}
	return json.Marshal(p)
}

// filled returns f with empty instead of nil lists and maps.
func (f Fields) filled() Fields {
	if f.Body == nil {
		f.Body = []string{}
	}
	if f.Authors == nil {
		f.Authors = []string{}
	}
	if f.Tags == nil {
		f.Tags = []string{}
	}
	if f.Metadata == nil {
		f.Metadata = map[string]string{}
	}
	return f
}

// Filled names the fields that say something, by their JSON names.
func (f Fields) Filled() []string {
	var out []string
	for _, field := range []struct {
		name   string
		filled bool
	}{
		{"headline", f.Headline != ""}, {"body", len(f.Body) > 0}, {"authors", len(f.Authors) > 0},
		{"publisher", f.Publisher != ""}, {"sector", f.Sector != ""}, {"tags", len(f.Tags) > 0},
		{"credibility", f.Credibility != ""}, {"published", f.Published != ""}, {"updated", f.Updated != ""},
		{"language", f.Language != ""},
	} {
		if field.filled {
			out = append(out, field.name)
		}
	}
	return out
}
