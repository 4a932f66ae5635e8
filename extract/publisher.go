package extract

import (
	"net/url"
	"strings"

	"golang.org/x/text/language"
)

// publisher is who publishes the story, as the page names itself.
func (d *doc) publisher() finding {
	if a := d.article(); a != nil {
		for _, key := range []string{"publisher", "sourceOrganization", "provider", "copyrightHolder"} {
			if s := a.str(key); s != "" && !strings.Contains(s, "://") {
				return said(s, "json-ld "+key)
			}
		}
	}
	for _, name := range []string{"og:site_name", "dc.publisher", "dcterms.publisher", "article:publisher", "publisher", "application-name"} {
		if s, _ := d.meta(name); s != "" && !strings.Contains(s, "://") && !strings.Contains(s, "/") {
			return said(s, "meta "+name)
		}
	}
	for _, n := range d.ld {
		if n.is("WebSite", "NewsMediaOrganization", "Organization") {
			if s := n.str("name"); s != "" {
				return said(s, "json-ld name")
			}
		}
	}
	return finding{}
}

// section is the newspaper's section that the story is in.
func (d *doc) section() finding {
	if a := d.article(); a != nil {
		if s := a.str("articleSection"); s != "" && !strings.Contains(s, "://") {
			return said(s, "json-ld articleSection")
		}
	}
	for _, name := range []string{"article:section", "parsely-section", "og:article:section", "dc.subject.section", "section", "cxenseparse:category"} {
		if s, _ := d.meta(name); s != "" && !strings.Contains(s, "://") {
			return said(s, "meta "+name)
		}
	}
	return d.breadcrumb()
}

// breadcrumb is the last step of the page's breadcrumbs before the story itself.
func (d *doc) breadcrumb() finding {
	for _, n := range d.ld {
		if !n.is("BreadcrumbList") {
			continue
		}
		steps := list(n["itemListElement"])
		for i := len(steps) - 1; i >= 0; i-- {
			step, ok := steps[i].(map[string]any)
			if !ok {
				continue
			}
			name := ldText(step["name"])
			if name == "" {
				name = ldText(step["item"])
			}
			if name != "" && len(name) < 50 && !d.isSiteName(name) && !d.says(name) && !strings.Contains(name, "://") && !isFrontPage(step, name) {
				return said(name, "json-ld BreadcrumbList")
			}
		}
	}
	return finding{}
}

// homeWords are what breadcrumbs call a site's front page.
var homeWords = wordSet("home homepage start startseite accueil inicio início portada hem etusivu hjem forside ana sayfa strona główna главная 首页 首頁 ホーム トップ 홈 الرئيسية news nachrichten")

// isFrontPage reports whether a step of breadcrumbs is the site's front page.
func isFrontPage(step map[string]any, name string) bool {
	if homeWords[strings.ToLower(name)] {
		return true
	}
	target, _ := step["item"].(string)
	if item, ok := step["item"].(map[string]any); ok {
		target, _ = item["@id"].(string)
	}
	u, err := url.Parse(target)
	return err == nil && target != "" && strings.Trim(u.Path, "/") == ""
}

// language is the story's language as a BCP 47 tag.
func (d *doc) language() finding {
	if s := languageTag(d.lang); s != "" {
		return said(s, "html lang")
	}
	if a := d.article(); a != nil {
		if s := languageTag(a.str("inLanguage")); s != "" {
			return said(s, "json-ld inLanguage")
		}
	}
	for _, name := range []string{"content-language", "og:locale", "language", "dc.language", "dcterms.language"} {
		if s, _ := d.meta(name); s != "" {
			if tag := languageTag(s); tag != "" {
				return said(tag, "meta "+name)
			}
		}
	}
	return finding{}
}

// languageTag is a language tag in its usual form; "" where it is none.
func languageTag(s string) string {
	s, _, _ = strings.Cut(strings.ReplaceAll(strings.TrimSpace(s), "_", "-"), ",")
	if s == "" || len(s) > 35 {
		return ""
	}
	tag, err := language.Parse(s)
	if err != nil || tag == language.Und {
		return ""
	}
	return tag.String()
}

// description is the page's summary of its story.
func (d *doc) description() string {
	if a := d.article(); a != nil {
		if s := a.str("description"); s != "" {
			return s
		}
	}
	s, _ := d.meta("og:description", "description", "twitter:description", "dc.description")
	return s
}
