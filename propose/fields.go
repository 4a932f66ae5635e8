package propose

import "stakeout/story"

// Fields are the fields that any of the samples has, in the order in which people
// read them.
func (p Proposal) Fields() []string {
	var out []string
	for _, f := range fieldOrder {
		if p.having(f) > 0 {
			out = append(out, f)
		}
	}
	return out
}

// Values are what a reading says of a field, those of a source's own among them.
func Values(r story.Reading, field string) []string { return valuesOf(r, field) }

// Text is the rule as it is written in a configuration.
func (r Rule) Text() string { return rule(r.Rule) }
