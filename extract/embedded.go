package extract

// embeddedBody is the text that the page carries as data: JSON-LD's articleBody.
func (d *doc) embeddedBody() ([]string, string) {
	a := d.article()
	if a == nil {
		return nil, ""
	}
	raw, _ := firstOf(a["articleBody"]).(string)
	return dataParagraphs(raw), "json-ld articleBody"
}
