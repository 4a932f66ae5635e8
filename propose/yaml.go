package propose

import (
	"fmt"
	"strings"

	"stakeout/extract"
)

// YAML writes the proposal as a commented source configuration.
func (p Proposal) YAML() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Proposed from %d stories of %s; check it with: stakeout check\n", len(p.Samples), comment(p.Source.Start[0]))
	fmt.Fprintf(&b, "sources:\n  %s:\n", p.Name)
	fmt.Fprintf(&b, "    start: %s   # a %s, which lists %d stories\n", quoted(p.Source.Start[0]), comment(p.Kind), p.Listed)
	if p.Stories != "" && p.Kind != "story" {
		note := "which links are stories"
		if strings.Contains(p.Stories, "(?P<id>") {
			note += "; the group id is the story's ID"
		}
		fmt.Fprintf(&b, "    stories: %s   # %s\n", quoted(p.Stories), note)
	}
	b.WriteString("    schedule: '*/15 * * * *'   # every quarter of an hour\n")
	if p.Source.Private {
		b.WriteString("    private: true   # it is on this machine, or in a private network\n")
	}
	if len(p.Rules) > 0 {
		b.WriteString("    fields:   # what is not listed here is found automatically\n")
	}
	for _, r := range p.Rules {
		fmt.Fprintf(&b, "      %s: %s   # on %d of %d stories what the reader finds\n", r.Field, rule(r.Rule), r.Gives, r.Of)
	}
	return b.String()
}

// rule writes a rule the short way.
func rule(r extract.Rule) string {
	if r == (extract.Rule{CSS: r.CSS}) {
		return quoted(r.CSS)
	}
	var parts []string
	for _, kv := range [][2]string{{"css", r.CSS}, {"label", r.Label}, {"meta", r.Meta}, {"jsonld", r.JSONLD}, {"split", r.Split}} {
		if kv[1] != "" {
			parts = append(parts, kv[0]+": "+quoted(kv[1]))
		}
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// quoted is text as a YAML scalar: in single quotes, in which nothing but the
// quote itself means anything.
func quoted(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f {
			return -1
		}
		return r
	}, s)
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

// comment is page text for a comment: it can't begin a new line.
func comment(s string) string { return strings.Join(strings.Fields(s), " ") }
