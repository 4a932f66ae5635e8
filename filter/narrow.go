package filter

import "slices"

// Asks reports whether there is a condition key:value that isn't excluded.
func (f Filter) Asks(key, value string) bool {
	return slices.ContainsFunc(f.terms, func(t term) bool { return !t.not && t.key == key && t.fold == folded(value) })
}

// Without is the filter without its conditions key:value; "" for all of a key.
func (f Filter) Without(key, value string) Filter {
	var out Filter
	for _, t := range f.terms {
		if t.key != key || value != "" && (t.not || t.fold != folded(value)) {
			out.terms = append(out.terms, t)
		}
	}
	return out
}

// Typed is the filter as it was typed: unlike String, it leaves today and 7d as
// they are, to mean another day tomorrow.
func (f Filter) Typed() string { return f.text(func(t term) string { return t.value }) }
