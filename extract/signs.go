package extract

import (
	"net/url"
	"strings"
	"unicode"

	"golang.org/x/net/html"
)

// signs are what an element's class, id and kindred attributes say of it.
type signs uint8

const (
	signByline  signs = 1 << iota // who wrote the story
	signNotName                   // beside an author's name: picture, biography, role
	signOther                     // other stories, comments, menus
	signTag                       // tags
	signDate                      // times
)

// signWords are the words in class names that are a sign, lower case.
var signWords = wordSigns(map[signs]string{
	signByline: "byline author authors autor autore autoren autorin autores auteur auteurs writer writers verfasser reporter reporters journalist journalists signature redacteur redakteur skribent firmante firma autoria toimittaja yazar muhabir creator contributor contributors postedby authorname authored",
	signTag:    "tag tags taglist tagcloud topic topics keyword keywords themen stichwort stichworte stichwörter schlagwort schlagworte label labels etiquetas hashtag hashtags tagged posttags articletags temas",
	signDate:   "date datum fecha data datetime time timestamp publish published pubdate posted veroeffentlicht meta byline dateline zeit tarih created publishdate",
})

// signParts are parts of class names that are a sign wherever they stand.
var signParts = map[signs][]string{
	signNotName: {"bio", "avatar", "image", "photo", "img", "picture", "social", "follow", "count", "comment", "related", "more-", "mehr", "box", "widget", "list-of", "archive", "desc", "about", "job", "role", "position", "title", "twitter", "mail", "contact", "share", "icon", "date", "time", "newsletter", "caption", "copyright", "credit", "tooltip", "modal", "popup", "btn", "button"},
	signOther:   {"comment", "kommentar", "disqus", "reply", "related", "recommend", "teaser", "most-read", "mostread", "sidebar", "widget", "newsletter", "popular", "trending", "promo", "more-from", "more-stories", "read-more", "readmore", "latest", "also-read", "outbrain", "taboola", "carousel", "slider", "breadcrumb", "menu", "navigation", "card-list", "archive", "site-footer", "page-footer"},
}

func wordSigns(words map[signs]string) map[string]signs {
	out := map[string]signs{}
	for sign, list := range words {
		for w := range strings.FieldsSeq(list) {
			out[w] |= sign
		}
	}
	return out
}

// signsOf are an element's signs. Elements of one class share them.
func (d *doc) signsOf(n *html.Node) signs {
	key := ""
	for _, a := range n.Attr {
		switch a.Key {
		case "class", "id", "data-testid", "property", "data-component", "itemprop":
			if key == "" {
				key = a.Val // most elements have one of them, and need no new string
			} else {
				key += " " + a.Val
			}
		}
	}
	if len(key) < 4 {
		return 0
	}
	if s, known := d.signs[key]; known {
		return s
	}
	s := readSigns(key)
	d.signs[key] = s
	return s
}

func readSigns(key string) signs {
	var s signs
	words := classWords(key)
	for i, w := range words {
		s |= signWords[w]
		if w == "line" && i > 0 && words[i-1] == "by" || w == "by" && i > 0 && words[i-1] == "posted" {
			s |= signByline
		}
	}
	lower := strings.ToLower(key)
	for w := range strings.FieldsSeq(lower) {
		if w == "footer" {
			s |= signOther
		}
	}
	for sign, parts := range signParts {
		for _, p := range parts {
			if strings.Contains(lower, p) {
				s |= sign
				break
			}
		}
	}
	return s
}

// classWords are the words in a class attribute, lower case: parted by anything
// but letters, and where a capital follows a small letter.
func classWords(s string) []string {
	var out []string
	start, last := -1, rune(0)
	for i, r := range s {
		switch {
		case !unicode.IsLetter(r):
			if start >= 0 {
				out = append(out, strings.ToLower(s[start:i]))
			}
			start = -1
		case start < 0:
			start = i
		case unicode.IsUpper(r) && unicode.IsLower(last):
			out = append(out, strings.ToLower(s[start:i]))
			start = i
		}
		last = r
	}
	if start >= 0 {
		out = append(out, strings.ToLower(s[start:]))
	}
	return out
}

// Path segments after which an address names a tag, or a person.
var (
	tagSegments    = wordSet("tag tags thema themen topic topics tema temas thema themes theme stichwort stichworte schlagwort schlagworte keyword keywords etiqueta etiquetas etikett etiketten label labels sujet sujets mot mots motcle motscles mot-cle mots-cles argomento argomenti person persons personen people emne etiket tagi temat tematy hashtag dossier t")
	authorSegments = wordSet("author authors autor autoren autores autore autorin auteur auteurs profile profil people staff writer writers journalist journalists redakteur redakteure contributor contributors by reporter reporters user users member members bio bios columnist columnists correspondent correspondents")
)

func wordSet(words string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		out[w] = true
	}
	return out
}

// leadsTo reports whether an address has one of the segments, and something
// after it: /tag/energy, ?tag=energy.
func leadsTo(href string, segments map[string]bool) bool {
	if u, err := url.Parse(href); err == nil && u.Host != "" {
		href = href[strings.Index(href, u.Host)+len(u.Host):]
	}
	rest := strings.ToLower(href)
	for {
		i := strings.IndexAny(rest, "/?&=")
		if i < 0 {
			return false
		}
		if segments[rest[:i]] && (rest[i] == '/' || rest[i] == '=') && len(rest) > i+1 && rest[i+1] != '?' && rest[i+1] != '#' {
			return true
		}
		rest = rest[i+1:]
	}
}
