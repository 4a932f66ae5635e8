package listing

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"

	"stakeout/jsonpath"
	"stakeout/weburl"
)

// Next returns the address of the listing's next page, "" where there is none.
// path leads to what the answer says of it, nil finds it: an address, a cursor or
// a number under a name that means so, else the next number of a parameter that
// counts pages or items. items is how many this page has.
func (j *JSON) Next(path *jsonpath.Path, items int) string {
	if path != nil {
		for _, v := range path.Get(j.root) {
			if next := j.turn("", v); next != "" {
				return next
			}
		}
		return ""
	}
	if items == 0 {
		return ""
	}
	items = max(items, longest(j.root, 0)) // some were no stories
	said := saying{page: j}
	said.read(j.root, 0)
	switch {
	case said.next != "":
		return said.next
	case said.end:
		return ""
	}
	return j.counted(items)
}

// nextNames are the names, without case, dashes and underscores, under which
// answers say what comes next, and the parameters that take it where it is no
// address: the first stands where the address has none of them.
var nextNames = map[string][]string{
	"next": {"cursor", "page", "next", "after", "offset"}, "nexturl": {}, "nexturi": {}, "nextlink": {}, "nexthref": {}, "nextpageurl": {}, "nextpagelink": {},
	"more": {}, "moreurl": {}, "loadmore": {}, "loadmoreurl": {}, "odatanextlink": {},
	"nextpage":      {"page", "paged", "p", "pg", "pagenumber"},
	"nextcursor":    {"cursor", "after", "next_cursor", "nextcursor"},
	"cursor":        {"cursor", "after"},
	"endcursor":     {"after", "cursor"},
	"after":         {"after", "cursor"},
	"nextpagetoken": {"pagetoken", "page_token", "token"},
	"nexttoken":     {"token", "next_token", "nexttoken", "page_token", "pagetoken"},
	"continuation":  {"continuation"}, "continuationtoken": {"continuationtoken", "continuation"},
	"nextoffset": {"offset", "start", "from", "skip"}, "nextstart": {"start", "offset", "from"}, "nextfrom": {"from"},
	"nextmaxid": {"max_id", "maxid"},
}

// moreNames are those that say whether anything comes next.
var moreNames = map[string]bool{"hasmore": true, "hasnext": true, "hasnextpage": true, "morepages": true, "hasmorepages": true, "ismore": true, "more": true}

// saying is what an answer says of its next page.
type saying struct {
	page *JSON
	next string
	end  bool // it says that there is none
}

// maxSaying is how deep an answer is searched: what it says of itself stands
// outside of its items.
const maxSaying = 4

func (s *saying) read(value any, depth int) {
	object, ok := value.(map[string]any)
	if !ok || depth > maxSaying {
		return
	}
	for name, v := range object {
		name = plainName(name)
		if b, isBool := v.(bool); isBool && moreNames[name] && !b {
			s.end = true
		}
		if _, known := nextNames[name]; !known {
			continue
		}
		if v == nil {
			s.end = true
		}
		if next := s.page.turn(name, v); next != "" && (s.next == "" || next < s.next) { // the same whatever the order
			s.next = next
		}
	}
	if s.end && s.next != "" && hasFalse(object) {
		s.next = "" // the last page may still have a cursor
	}
	if s.next != "" || s.end {
		return
	}
	for _, v := range jsonEvery.Get(object) {
		if s.read(v, depth+1); s.next != "" || s.end {
			return
		}
	}
}

// hasFalse reports whether an object says in a word that nothing comes next.
func hasFalse(object map[string]any) bool {
	for name, v := range object {
		if b, isBool := v.(bool); isBool && !b && moreNames[plainName(name)] {
			return true
		}
	}
	return false
}

// plainName is a name without case and signs.
func plainName(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || r == '.' || r == '@' {
			return -1
		}
		return r
	}, strings.ToLower(name))
}

// turn is the address that a value stands for, which an answer has under a name;
// "" for none.
func (j *JSON) turn(name string, value any) string {
	if object, ok := value.(map[string]any); ok { // HAL, JSON:API
		for _, inner := range []string{"href", "url"} {
			if next := j.turn(name, object[inner]); next != "" {
				return next
			}
		}
		return ""
	}
	text := strings.TrimSpace(jsonpath.Text(value))
	if text == "" || text == "false" || text == "true" || len(text) > weburl.MaxLength {
		return ""
	}
	isAddress := strings.HasPrefix(text, "http://") || strings.HasPrefix(text, "https://") || strings.HasPrefix(text, "/") || strings.HasPrefix(text, "?")
	if isAddress {
		return j.elsewhere(text)
	}
	parameters := nextNames[name]
	if name == "" {
		parameters = nextNames["next"]
	}
	if len(parameters) == 0 {
		if strings.ContainsAny(text, "/?") {
			return j.elsewhere(text)
		}
		return ""
	}
	if _, isNumber := value.(json.Number); isNumber && (name == "next" || name == "") {
		parameters = []string{"page", "paged", "p", "pg", "offset", "start", "from", "skip", "cursor"}
	}
	return j.with(parameters, text)
}

// elsewhere is the address of another page of the same site.
func (j *JSON) elsewhere(ref string) string {
	next, err := weburl.Resolve(j.URL, ref)
	if err != nil || next == j.URL || !weburl.SameSite(weburl.Host(next), weburl.Host(j.URL)) {
		return ""
	}
	return next
}

// with is the listing's address with one of some parameters set: the first that
// it has already, else the first of them.
func (j *JSON) with(parameters []string, value string) string {
	u, err := url.Parse(j.URL)
	if err != nil {
		return ""
	}
	chosen := parameters[0]
	for _, p := range parameters {
		if have := parameterOf(u, p); have != "" {
			chosen = have
			break
		}
	}
	return setParameter(u, chosen, value)
}

// parameterOf is how an address writes a parameter; "" where it has none.
func parameterOf(u *url.URL, name string) string {
	for have := range u.Query() {
		if inner := have[strings.LastIndexByte(have, '[')+1:]; strings.EqualFold(have, name) || strings.EqualFold(strings.TrimSuffix(inner, "]"), name) {
			return have // page[number] is meant by number
		}
	}
	return ""
}

// setParameter is an address with one parameter changed, the others and their
// order as they were.
func setParameter(u *url.URL, name, value string) string {
	pairs := strings.Split(u.RawQuery, "&")
	set := url.QueryEscape(name) + "=" + url.QueryEscape(value)
	found := false
	for i, pair := range pairs {
		key, _, _ := strings.Cut(pair, "=")
		if plain, err := url.QueryUnescape(key); err == nil && plain == name {
			pairs[i] = key + "=" + url.QueryEscape(value)
			found = true
		}
	}
	switch {
	case found:
	case u.RawQuery == "":
		pairs = []string{set}
	default:
		pairs = append(pairs, set)
	}
	next := *u
	next.RawQuery = strings.Join(pairs, "&")
	return next.String()
}

// The parameters that count.
var (
	pageParameters   = []string{"page", "paged", "p", "pg", "pagenumber", "page_number", "pageno", "pageindex", "number", "seite", "pagina"}
	offsetParameters = []string{"offset", "start", "from", "skip", "startindex", "first_result"}
	limitParameters  = []string{"limit", "count", "size", "per_page", "perpage", "pagesize", "page_size", "rows", "take", "num"}
)

// longest is how many members the longest list of an answer has.
func longest(value any, depth int) int {
	switch v := value.(type) {
	case []any:
		return len(v)
	case map[string]any:
		most := 0
		if depth <= maxSaying {
			for _, inner := range v {
				most = max(most, longest(inner, depth+1))
			}
		}
		return most
	}
	return 0
}

// counted is the address with its count of pages or items gone on.
func (j *JSON) counted(items int) string {
	u, err := url.Parse(j.URL)
	if err != nil {
		return ""
	}
	for _, p := range limitParameters {
		if limit, ok := numberOf(u, p); ok && items < limit {
			return "" // the last page isn't full
		}
	}
	for _, p := range pageParameters {
		if n, ok := numberOf(u, p); ok {
			return setParameter(u, parameterOf(u, p), strconv.Itoa(n+1))
		}
	}
	for _, p := range offsetParameters {
		if n, ok := numberOf(u, p); ok {
			return setParameter(u, parameterOf(u, p), strconv.Itoa(n+items))
		}
	}
	if m := reSaidNumber.FindStringSubmatchIndex(u.Path); m != nil {
		n, _ := strconv.Atoi(u.Path[m[2]:m[3]]) // five digits at most
		next := *u
		next.Path = u.Path[:m[2]] + strconv.Itoa(n+1) + u.Path[m[3]:]
		next.RawPath = ""
		return next.String()
	}
	return ""
}

// numberOf is the number that a parameter of an address has.
func numberOf(u *url.URL, name string) (n int, ok bool) {
	have := parameterOf(u, name)
	if have == "" {
		return 0, false
	}
	n, err := strconv.Atoi(u.Query().Get(have))
	return n, err == nil && n >= 0
}
