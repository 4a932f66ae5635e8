package extract

import (
	"net/url"
	"strings"

	"stakeout/weburl"
)

// address fills the reading's URL: the address that the page states by rule, by
// a label URL, or by a canonical link on its own host; else the one fetched.
func (x *reader) address() {
	if x.rules.Has("url") {
		v := x.doc.apply(x.rules.fields["url"], false)
		if u, ok := x.doc.statedAddress(v.first()); ok {
			x.read.URL, x.read.Via["url"] = u, v.via
			return
		}
		if len(v.nodes) > 0 {
			if u, ok := x.doc.statedAddress(linkIn(v.nodes[0])); ok {
				x.read.URL, x.read.Via["url"] = u, v.via
				return
			}
		}
	}
	if row, ok := x.card.row("url"); ok {
		for _, s := range append(linksIn(row.nodes), row.text()) {
			state := x.doc.ownAddress
			if fold(row.label) == "url" {
				state = x.doc.statedAddress
			}
			if u, ok := state(s); ok {
				x.read.URL, x.read.Via["url"] = u, x.doc.readAt("label "+row.label)
				return
			}
		}
	}
	if u, ok := x.doc.ownAddress(x.doc.canonical); ok {
		x.read.URL, x.read.Via["url"] = u, "link canonical"
		return
	}
	if u, err := weburl.Canonical(x.doc.url); err == nil {
		x.read.URL = u
	}
}

// ownAddress is statedAddress for addresses of the page's own host only.
func (d *doc) ownAddress(ref string) (string, bool) {
	u, ok := d.statedAddress(ref)
	return u, ok && weburl.SameSite(weburl.Host(u), weburl.Host(d.url))
}

// statedAddress makes an address that the page states absolute, without
// tracking; ok is false for one that is none, or a site's front page.
func (d *doc) statedAddress(ref string) (string, bool) {
	ref = strings.TrimSpace(ref)
	if ref == "" || strings.ContainsAny(ref, " \n\t") {
		return "", false
	}
	u, err := weburl.CanonicalRef(d.url, ref)
	if err != nil {
		return "", false
	}
	stated, err1 := url.Parse(u)
	fetched, err2 := url.Parse(d.url)
	if err1 != nil || err2 != nil {
		return "", false
	}
	front := strings.Trim(stated.Path, "/") == "" && stated.RawQuery == ""
	if front && strings.Trim(fetched.Path, "/")+fetched.RawQuery != "" {
		return "", false
	}
	return u, true
}
