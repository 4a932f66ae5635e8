package extract

// Template is what a source's pages taught the reader; nil for nothing yet.
type Template struct{}

// ID identifies the template by its content; "" where there is none.
func (t *Template) ID() string { return "" }
