package export

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"github.com/google/uuid"

	"stakeout/digest"
	"stakeout/indicator"
	"stakeout/story"
)

// TLP is a mark of the Traffic Light Protocol: who may be told.
type TLP string

// The marks, and the marking definitions that STIX 2.1 has for them (section
// 7.2.1.4: WHITE is what later became CLEAR).
const (
	Clear TLP = "clear"
	Green TLP = "green"
	Amber TLP = "amber"
	Red   TLP = "red"
)

var stixMarks = map[TLP]string{
	Clear: "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9",
	Green: "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da",
	Amber: "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82",
	Red:   "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed",
}

// ParseTLP reads a mark; "white" is the old word for clear.
func ParseTLP(s string) (TLP, error) {
	t := TLP(strings.ToLower(strings.TrimPrefix(strings.ToUpper(s), "TLP:")))
	if t == "white" {
		t = Clear
	}
	if stixMarks[t] == "" {
		return "", fmt.Errorf("found %q, expected clear, green, amber or red", s)
	}
	return t, nil
}

// tlpNames are the marks as STIX 2.1 names them.
var tlpNames = map[TLP]string{Clear: "white", Green: "green", Amber: "amber", Red: "red"}

// stixObjects is the namespace of the IDs of cyber-observable objects (STIX 2.1,
// section 2.9).
var stixObjects = uuid.MustParse("00abedb4-aa42-466c-9c01-fed23315a9b7")

const stixTime = "2006-01-02T15:04:05.000Z"

// stixBegin is when identities and vulnerabilities were created, as far as anyone
// needs to know: theirs must be the same in every export.
const stixBegin = "2026-01-01T00:00:00.000Z"

type object map[string]any

// bundle writes the objects of a STIX bundle one after the other, each once.
type bundle struct {
	w     *bufio.Writer
	mark  TLP
	seen  Set
	begun bool
}

// StoriesSTIX writes stories or versions as a STIX 2.1 bundle: a report each, the
// identity of its publisher, and what its text names as observables: addresses,
// domains, hashes, and CVE numbers as vulnerabilities. A version more of a story
// has the same ID and a later `modified`. A credibility that the Admiralty scale
// knows becomes the confidence.
func StoriesSTIX(w io.Writer, mark TLP, stories iter.Seq2[story.Story, error]) error {
	return writeBundle(w, mark, stories, (*bundle).story)
}

// ChangesSTIX writes changes as a STIX 2.1 bundle: a note each, on the report of
// its story.
func ChangesSTIX(w io.Writer, mark TLP, changes iter.Seq2[story.Change, error]) error {
	return writeBundle(w, mark, changes, (*bundle).change)
}

func writeBundle[T any](w io.Writer, mark TLP, items iter.Seq2[T, error], write func(*bundle, T) error) error {
	b := &bundle{w: bufio.NewWriter(w), mark: mark, seen: Set{}}
	if _, err := fmt.Fprintf(b.w, `{"type":"bundle","id":"bundle--%s"`, uuid.New()); err != nil {
		return err
	}
	for item, err := range items {
		if err != nil {
			return err
		}
		if err := write(b, item); err != nil {
			return err
		}
	}
	end := "\n]}\n"
	if !b.begun {
		end = "}\n" // a list of objects, where there is one, is not empty
	}
	if _, err := b.w.WriteString(end); err != nil {
		return err
	}
	return b.w.Flush()
}

// put writes an object once a bundle, and returns its ID.
func (b *bundle) put(o object) (id string, err error) {
	id = o["id"].(string)
	if !b.seen.Add(id) {
		return id, nil
	}
	return id, b.write(o)
}

// write writes an object; before the first, who may be told.
func (b *bundle) write(o object) error {
	lead, list := ",\n", []object{o}
	if !b.begun {
		b.begun = true
		lead, list = ",\"objects\":[\n", []object{marking(b.mark), o}
	}
	for _, o := range list {
		text, err := json.Marshal(o)
		if err != nil {
			return err
		}
		if _, err := b.w.WriteString(lead); err != nil {
			return err
		}
		if _, err := b.w.Write(text); err != nil {
			return err
		}
		lead = ",\n"
	}
	return nil
}

// marking is the definition of a mark, as STIX 2.1 has it in section 7.2.1.4.
func marking(mark TLP) object {
	name := tlpNames[mark]
	return object{"type": "marking-definition", "spec_version": "2.1", "id": stixMarks[mark], "created": "2017-01-20T00:00:00.000Z",
		"definition_type": "tlp", "name": "TLP:" + strings.ToUpper(name), "definition": object{"tlp": name}}
}

func (b *bundle) domainObject(kind string, id uuid.UUID, created, modified string) object {
	return object{"type": kind, "spec_version": "2.1", "id": kind + "--" + id.String(), "created": created, "modified": modified,
		"object_marking_refs": []string{stixMarks[b.mark]}}
}

func (b *bundle) story(s story.Story) error {
	publisher, err := b.put(identity(b, firstOf(s.Publisher, s.Source)))
	if err != nil {
		return err
	}
	refs := []string{publisher}
	for _, i := range indicator.Find(storyText(s)) {
		ref, err := b.put(b.observable(i))
		if err != nil {
			return err
		}
		if !contains(refs, ref) {
			refs = append(refs, ref)
		}
	}
	for _, address := range indicator.URLs(storyText(s)) {
		ref, err := b.put(sco("url", "value", address))
		if err != nil {
			return err
		}
		refs = append(refs, ref)
	}
	created, modified := stixStamp(s.FirstSeen, stixBegin), stixStamp(s.ChangedAt, stixBegin)
	published := created
	if t, ok := s.Published.Time(); ok {
		published = t.UTC().Format(stixTime)
	}
	o := b.domainObject("report", reportID(s.Key()), min(created, modified), modified)
	o["name"], o["published"], o["object_refs"], o["created_by_ref"] = firstOf(s.Headline, s.ID), published, refs, publisher
	if len(s.Body) > 0 {
		o["description"] = strings.Join(s.Body, paragraphMark)
	}
	if labels := stixLabels(s); len(labels) > 0 {
		o["labels"] = labels
	}
	if c, ok := confidence[grade(s.Credibility)]; ok {
		o["confidence"] = c
	}
	if s.Language != "" {
		o["lang"] = s.Language
	}
	reference := object{"source_name": firstOf(s.Publisher, s.Source), "external_id": s.ID}
	if s.URL != "" {
		reference["url"] = s.URL
	}
	o["external_references"] = []object{reference}
	return b.write(o)
}

// stixLabels are a story's tags, and what else of it STIX has no place for.
func stixLabels(s story.Story) []string {
	labels := append([]string(nil), s.Tags...)
	for _, l := range []struct{ name, value string }{{"sector", s.Sector}, {"credibility", s.Credibility}} {
		if l.value != "" {
			labels = append(labels, l.name+": "+l.value)
		}
	}
	if s.Status == story.Removed {
		labels = append(labels, "status: removed")
	}
	return labels
}

func (b *bundle) change(c story.Change) error {
	at := c.At.UTC().Format(stixTime)
	o := b.domainObject("note", changeID(c), at, at)
	o["abstract"], o["object_refs"] = changeTitle(c), []string{"report--" + reportID(story.Key{Source: c.Source, ID: c.ID}).String()}
	var lines []string
	for _, f := range c.Fields {
		before, after := sides(f)
		lines = append(lines, fmt.Sprintf("%s (%s): %s → %s", digest.Place(f), f.Class, before, after))
	}
	o["content"] = firstOf(strings.Join(lines, "\n"), changeTitle(c))
	var labels []string
	for _, class := range c.Classes {
		labels = append(labels, string(class))
	}
	if len(labels) > 0 {
		o["labels"] = labels
	}
	return b.write(o)
}

func identity(b *bundle, name string) object {
	o := b.domainObject("identity", idOf("identity", name), stixBegin, stixBegin)
	o["name"], o["identity_class"] = name, "organization"
	return o
}

// observable is what an indicator in a text is in STIX. Observables have the IDs
// that the standard makes of what they are.
func (b *bundle) observable(i indicator.Indicator) object {
	switch i.Kind {
	case story.FactCVE:
		o := b.domainObject("vulnerability", idOf("vulnerability", i.Value), stixBegin, stixBegin)
		o["name"], o["external_references"] = i.Value, []object{{"source_name": "cve", "external_id": i.Value}}
		return o
	case story.FactHash:
		name := hashName(i.Value)
		return sco("file", "hashes", object{name: i.Value})
	case story.FactIP:
		if strings.Contains(i.Value, ":") {
			return sco("ipv6-addr", "value", i.Value)
		}
		return sco("ipv4-addr", "value", i.Value)
	}
	return sco("domain-name", "value", i.Value)
}

func sco(kind, property string, value any) object {
	// As RFC 8785 writes JSON: no < > or & escaped.
	var name bytes.Buffer
	enc := json.NewEncoder(&name)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(object{property: value}); err != nil {
		panic(err) // of strings, none can fail
	}
	id := uuid.NewSHA1(stixObjects, bytes.TrimSpace(name.Bytes()))
	return object{"type": kind, "spec_version": "2.1", "id": kind + "--" + id.String(), property: value}
}

// hashName is the kind of a hash, by its length in hexadecimal.
func hashName(hash string) string {
	switch len(hash) {
	case 32:
		return "MD5"
	case 40:
		return "SHA-1"
	case 64:
		return "SHA-256"
	}
	return "SHA-512"
}

func reportID(k story.Key) uuid.UUID { return idOf("story", k.Source, k.ID) }

func storyText(s story.Story) string {
	return s.Headline + "\n" + strings.Join(s.Body, "\n")
}

func stixStamp(t *time.Time, without string) string {
	if t == nil || t.IsZero() {
		return without
	}
	return t.UTC().Format(stixTime)
}

func contains(list []string, s string) bool {
	for _, have := range list {
		if have == s {
			return true
		}
	}
	return false
}
