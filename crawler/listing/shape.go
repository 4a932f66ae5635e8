package listing

import (
	"net/url"
	"regexp"
	"strings"
)

// shape is what an address looks like: stories of one site look alike.
type shape struct {
	host   string
	key    string // path and query with what varies generalised
	wide   string // key with every segment generalised, to join sections
	depth  int    // segments
	last   lastKind
	dated  bool   // a date in the path
	word   bool   // a segment that stories have: "news", "article", "2026"
	banned bool   // a segment that only other pages have: "tag", "login"
	home   string // a segment that other pages have, unless the listing has it too: "press"
	page   bool   // a further page of a listing
	file   bool   // .html, .php and their kind, not an index
}

// lastKind is what the segment that names the page looks like.
type lastKind int

const (
	lastNone   lastKind = iota // the root of a path
	lastWord                   // about, a-b
	lastSlug                   // three-words-or-more
	lastNumber                 // 50193
	lastMixed                  // slug-50193, 50193-slug, c8x2k9m3
	lastQuery                  // ?id=50193
)

var (
	reNumber  = regexp.MustCompile(`^\d+$`)
	reIDInEnd = regexp.MustCompile(`^(.*[^0-9])?\d{3,}$|^\d{3,}[-_].+$|^[a-z]{1,8}[-_]?\d+$`)
	reHex     = regexp.MustCompile(`^[0-9a-f]{8,}(-[0-9a-f]{4,})*$`)
	reDate    = regexp.MustCompile(`/(19|20)\d\d[/-]?(0?[1-9]|1[0-2]|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)([/-]|\b)`)
	reYear    = regexp.MustCompile(`^(19|20)\d\d$`)
	reExt     = regexp.MustCompile(`\.(html?|php|aspx?|jsp|cms|shtml|amp)$`)
	reAsset   = regexp.MustCompile(`\.(jpe?g|png|gif|webp|svg|ico|css|js|pdf|zip|gz|mp[34]|m4a|mov|webm|avif|xml|rss|atom|json|txt|csv|xlsx?|docx?|pptx?|exe|dmg|apk|epub|ics|woff2?)$`)
	reArchive = regexp.MustCompile(`^(/[a-z]+)?/(19|20)\d\d(/\d\d?){0,2}$`)
	rePage    = regexp.MustCompile(`(^|/)(page|seite|pagina|pag)[/_-]?\d+$`)
)

// bannedSegments name pages that are no stories, wherever they stand in a path.
var bannedSegments = set(`tag tags topic topics thema themen category categories kategorie categoria cat author authors
	autor autoren auteur contributor contributors profile profiles user users member members people staff team section sections rubrik
	login log-in signin sign-in signup sign-up register registration logout account my-account subscribe subscription abo
	newsletter newsletters privacy privacy-policy datenschutz terms terms-of-service terms-of-use terms-and-conditions legal impressum imprint
	cookie cookies cookie-policy about about-us ueber-uns contact contact-us kontakt help faq support careers jobs advertise
	advertising mediadaten press sitemap search suche recherche feed feeds rss shop store cart checkout share print
	wp-admin wp-login wp-content wp-json cdn-cgi comments comment reply forum donate accessibility masthead archive archives
	bookmarks settings preferences download downloads app apps widget widgets embed epaper e-paper job subject subjects
	etiqueta etiquetas schlagwort schlagworte stichwort tema temas argomento argomenti onderwerp mot-cle mots-cles sujet sujets
	label labels keyword keywords writer writers by byline bio columnist columnists editors amp
	redaktion journalist journalists reporter reporters stellenmarkt registrierung anmeldung anzeigen`)

// homes are those of them under which some sites have their stories: where the
// listing itself stands under one, its links may too.
var homes = set(`press archive archives newsletter newsletters forum support legal careers jobs downloads`)

// storySegments begin the paths of stories more often than not.
var storySegments = set(`news article articles story stories post posts blog intel item items entry entries read
	artikel nachrichten meldung meldungen actualites actualite noticia noticias notizie nyheter report reports
	analysis opinion feature features press-release press-releases alert alerts advisory advisories brief briefs dispatch bulletin`)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// shapeOf looks at a canonical address.
func shapeOf(address string) shape {
	u, err := url.Parse(address)
	if err != nil {
		return shape{banned: true}
	}
	s := shape{host: u.Host}
	path := strings.ToLower(strings.TrimSuffix(u.Path, "/"))
	s.dated = reDate.MatchString(path + "/")
	s.page = rePage.MatchString(path)
	ext := reExt.FindString(path)
	path = strings.TrimSuffix(path, ext)
	s.file = ext != "" && !strings.HasSuffix(path, "/index")
	s.banned = reAsset.MatchString(path) || reArchive.MatchString(path)
	var key, wide strings.Builder
	if path != "" {
		segments := strings.Split(strings.TrimPrefix(path, "/"), "/")
		s.depth = len(segments)
		s.banned = s.banned || repeats(segments)
		for i, seg := range segments {
			if homes[seg] {
				s.home = seg
			} else {
				s.banned = s.banned || bannedSegments[seg]
			}
			general := generalise(seg)
			if i == len(segments)-1 {
				s.last = kindOf(seg)
				general = "*" // the page itself: shapes differ by what leads there
			} else {
				s.word = s.word || storySegments[seg] || reYear.MatchString(seg)
			}
			key.WriteString("/" + general)
			wide.WriteString("/*")
		}
	}
	s.query(u.Query(), &key, &wide)
	s.key = s.host + key.String() + ext
	s.wide = s.host + wide.String() + ext
	return s
}

// elsewhere reports whether a page is of a part of the site where stories are only
// if the listing is there too.
func (s shape) elsewhere(listing string) bool {
	return s.banned || s.home != "" && !strings.Contains(strings.ToLower(listing)+"/", "/"+s.home+"/")
}

// repeats reports whether a segment stands three times in a path: links that
// nest without end do that, addresses of stories don't.
func repeats(segments []string) bool {
	count := map[string]int{}
	for _, seg := range segments {
		if count[seg]++; count[seg] == 3 {
			return true
		}
	}
	return false
}

// query takes in the parameters: their names, and whether one names the page. What
// says only a part of the site, or a language, is of a list unless another names
// the page.
func (s *shape) query(q url.Values, key, wide *strings.Builder) {
	part := false
	for _, name := range sortedKeys(q) {
		lower := strings.ToLower(name)
		key.WriteString("&" + lower)
		wide.WriteString("&" + lower)
		value := q.Get(name)
		switch lower {
		case "page", "paged", "pg", "seite", "offset", "start", "from":
			s.page = true
		case "s", "q", "query", "search", "sort", "order", "filter", "replytocom", "share", "print":
			s.banned = true
		case "tag", "cat", "catid", "category", "section", "author", "lang", "language", "locale", "hl", "l":
			part = true
		default:
			if reNumber.MatchString(value) || reHex.MatchString(strings.ToLower(value)) || reIDInEnd.MatchString(strings.ToLower(value)) {
				s.last = lastQuery
			}
		}
	}
	s.banned = s.banned || part && s.last != lastQuery
}

func sortedKeys(q url.Values) []string {
	keys := make([]string, 0, len(q))
	for k := range q {
		keys = append(keys, k)
	}
	// few: insertion sort keeps it plain
	for i := 1; i < len(keys); i++ {
		for j := i; j > 0 && keys[j] < keys[j-1]; j-- {
			keys[j], keys[j-1] = keys[j-1], keys[j]
		}
	}
	return keys
}

// generalise replaces what varies from story to story in a segment that leads
// to the page.
func generalise(seg string) string {
	switch kindOf(seg) {
	case lastNumber:
		return "#"
	case lastSlug, lastMixed:
		return "*"
	}
	return seg
}

func kindOf(seg string) lastKind {
	switch {
	case seg == "":
		return lastNone
	case reNumber.MatchString(seg):
		return lastNumber
	case reHex.MatchString(seg) && strings.ContainsAny(seg, "0123456789"), reIDInEnd.MatchString(seg):
		return lastMixed
	case strings.Count(seg, "-")+strings.Count(seg, "_") >= 2:
		return lastSlug
	}
	return lastWord
}
