package story

import (
	"encoding/json"
	"time"
)

// Event is what happened to a story.
type Event string

// The events of a story's log.
const (
	EventNew      Event = "new"
	EventChanged  Event = "changed"
	EventRemoved  Event = "removed"
	EventRestored Event = "restored"
	EventMoved    Event = "moved"  // the same story at another URL
	EventReread   Event = "reread" // another reading of the same page, never the publisher's doing
)

// Class grades a change.
type Class string

// The classes, weightiest first.
const (
	Correction Class = "correction"
	Fact       Class = "fact"
	Deleted    Class = "deleted"
	Added      Class = "added"
	Reordered  Class = "reordered"
	Wording    Class = "wording"
	Typo       Class = "typo"
	Metadata   Class = "metadata"
	Reverted   Class = "reverted" // joins the others; never a field's class
)

// Classes lists every class, weightiest first.
var Classes = []Class{Correction, Fact, Deleted, Added, Reordered, Wording, Typo, Metadata, Reverted}

// Change is what differs between a version and the one before it.
type Change struct {
	Source  string    `json:"source"`
	ID      string    `json:"id"`
	Event   Event     `json:"event"`
	From    int       `json:"from"` // 0 for EventNew
	To      int       `json:"to"`
	At      time.Time `json:"at"`
	Classes []Class   `json:"classes"`
	// RevertedTo is the version whose words the story is back to; 0 for none.
	RevertedTo int           `json:"reverted_to,omitempty"`
	Fields     []FieldChange `json:"fields"`

	// Cursor is the change's place in the order of recording, from 1; 0 where
	// the change is not on record.
	Cursor int64 `json:"cursor,omitempty"`
	// URL and Headline are the story's at To, for people who read the change.
	URL      string `json:"url,omitempty"`
	Headline string `json:"headline,omitempty"`
	// SeenBefore is when the version From was last seen: the change happened
	// between then and At. Nil for EventNew.
	SeenBefore *time.Time `json:"seen_before,omitempty"`
	// Disclosed says whether the publisher told its readers: a correction or
	// update line, or a later updated time.
	Disclosed bool `json:"disclosed"`
}

// FieldChange is one field, or one paragraph of the body, that differs.
type FieldChange struct {
	Field string `json:"field"` // a JSON name of Story, or metadata.LABEL
	Class Class  `json:"class"`
	// At is the paragraph's index from 0 in the new body, in the old one where
	// it was deleted; Was, set for Reordered, its index in the old one.
	At  *int `json:"at,omitempty"`
	Was *int `json:"was,omitempty"`
	// Old and New are in normal form. OldList and NewList stand in their place
	// for authors and tags.
	Old, New         string
	OldList, NewList []string
	IsList           bool
	Words            []Word
	// Facts are what differs of what has a type: amounts, dates, indicators.
	Facts []TypedFact
}

// TypedFact is a thing with a type that differs: before and after.
type TypedFact struct {
	Kind FactKind `json:"kind"`
	Old  string   `json:"old"` // as written; "" where it came
	New  string   `json:"new"` // as written; "" where it went
	// OldValue and NewValue are an amount's numbers, scale words counted in; nil
	// for other kinds and for numbers in letters.
	OldValue *float64 `json:"old_value,omitempty"`
	NewValue *float64 `json:"new_value,omitempty"`
	// Unit is what an amount counts: a currency, a measure, else the word after
	// it; "" where the two differ.
	Unit string `json:"unit,omitempty"`
}

// FactKind is the type of a fact.
type FactKind string

// The kinds of facts.
const (
	FactAmount      FactKind = "amount"
	FactDate        FactKind = "date"
	FactCredibility FactKind = "credibility"
	FactCVE         FactKind = "cve"
	FactHash        FactKind = "hash" // MD5, SHA-1, SHA-256, SHA-512
	FactIP          FactKind = "ip"
	FactDomain      FactKind = "domain"
)

// Op is what became of a run of words.
type Op string

// The operations of a word diff.
const (
	Kept     Op = "="
	Dropped  Op = "-"
	Inserted Op = "+"
)

// Word is a run of words in a diff; it marshals to ["=","text"].
type Word struct {
	Op   Op
	Text string
}

// MarshalJSON writes the pair [op, text].
func (w Word) MarshalJSON() ([]byte, error) { return json.Marshal([2]string{string(w.Op), w.Text}) }

// UnmarshalJSON reads the pair [op, text].
func (w *Word) UnmarshalJSON(b []byte) error {
	var p [2]string
	if err := json.Unmarshal(b, &p); err != nil {
		return err
	}
	w.Op, w.Text = Op(p[0]), p[1]
	return nil
}

type fieldChangeJSON struct {
	Field string          `json:"field"`
	Class Class           `json:"class"`
	At    *int            `json:"at,omitempty"`
	Was   *int            `json:"was,omitempty"`
	Old   json.RawMessage `json:"old"`
	New   json.RawMessage `json:"new"`
	Words []Word          `json:"words,omitempty"`
	Facts []TypedFact     `json:"facts,omitempty"`
}

// MarshalJSON writes old and new as strings, or as arrays for a list.
func (f FieldChange) MarshalJSON() ([]byte, error) {
	j := fieldChangeJSON{Field: f.Field, Class: f.Class, At: f.At, Was: f.Was, Words: f.Words, Facts: f.Facts}
	if f.IsList {
		j.Old, j.New = mustJSON(orEmpty(f.OldList)), mustJSON(orEmpty(f.NewList))
	} else {
		j.Old, j.New = mustJSON(f.Old), mustJSON(f.New)
	}
	return json.Marshal(j)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (f *FieldChange) UnmarshalJSON(b []byte) error {
	var j fieldChangeJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	*f = FieldChange{Field: j.Field, Class: j.Class, At: j.At, Was: j.Was, Words: j.Words, Facts: j.Facts}
	if len(j.Old) > 0 && j.Old[0] == '[' {
		f.IsList = true
		if err := json.Unmarshal(j.Old, &f.OldList); err != nil {
			return err
		}
		return json.Unmarshal(j.New, &f.NewList)
	}
	if err := json.Unmarshal(j.Old, &f.Old); err != nil {
		return err
	}
	return json.Unmarshal(j.New, &f.New)
}

func orEmpty(l []string) []string {
	if l == nil {
		return []string{}
	}
	return l
}

// mustJSON marshals strings and string lists, which cannot fail.
func mustJSON(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}
