package propose

import (
	"net/url"
	"regexp"
	"sort"
	"strings"
)

// Pattern finds the regular expression that story addresses have in common, with
// a group id where a number, or the end of a name, tells them apart. It is the
// pattern of the shape that most of them have; "" for no addresses.
func Pattern(addresses []string) string {
	shapes := map[string][]*url.URL{}
	for _, a := range addresses {
		u, err := url.Parse(a)
		if err != nil {
			continue
		}
		shapes[shapeOf(u)] = append(shapes[shapeOf(u)], u)
	}
	var keys []string
	for k := range shapes {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool {
		if a, b := len(shapes[keys[i]]), len(shapes[keys[j]]); a != b {
			return a > b
		}
		return keys[i] < keys[j]
	})
	if len(keys) == 0 {
		return ""
	}
	return patternOf(shapes[keys[0]])
}

// shapeOf is an address with everything that varies between stories generalised.
func shapeOf(u *url.URL) string {
	var parts []string
	for _, s := range segments(u) {
		parts = append(parts, kindOf(s))
	}
	keys := make([]string, 0, len(u.Query()))
	for k := range u.Query() {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return strings.Join(parts, "/") + "?" + strings.Join(keys, "&")
}

func segments(u *url.URL) []string {
	return strings.Split(strings.TrimPrefix(u.EscapedPath(), "/"), "/")
}

var (
	year     = regexp.MustCompile(`^(?:19|20)\d\d$`)
	twoFigs  = regexp.MustCompile(`^\d\d?$`)
	digits   = regexp.MustCompile(`^\d+$`)
	slugID   = regexp.MustCompile(`^.+[-_.](\d{4,})(\.[a-z]{2,5})?$`)
	idSlug   = regexp.MustCompile(`^(\d{4,})[-_].+$`)
	longSlug = regexp.MustCompile(`^[^/]*[-_][^/]*[-_][^/]*$`)
	codeID   = regexp.MustCompile(`^[A-Za-z]{0,4}\d{2,}[A-Za-z0-9]*$`)
)

// kindOf names what a part of a path is.
func kindOf(s string) string {
	switch {
	case year.MatchString(s):
		return "year"
	case twoFigs.MatchString(s):
		return "two"
	case digits.MatchString(s):
		return "number"
	case slugID.MatchString(s):
		return "slug-id" + slugID.FindStringSubmatch(s)[2]
	case idSlug.MatchString(s):
		return "id-slug"
	case codeID.MatchString(s):
		return "code"
	case longSlug.MatchString(s):
		return "slug"
	}
	return "word"
}

// patternOf is the pattern of addresses of one shape.
func patternOf(list []*url.URL) string {
	first := segments(list[0])
	var b strings.Builder
	hasID, dated := false, false
	for i, s := range first {
		varies := dated && kindOf(s) == "two" // the day and month after a year
		dated = dated || kindOf(s) == "year"
		for _, u := range list {
			if segments(u)[i] != s {
				varies = true
			}
		}
		b.WriteByte('/')
		last := i == len(first)-1 || i == len(first)-2 && first[len(first)-1] == ""
		b.WriteString(part(s, varies || len(list) == 1 && last, last && !hasID, &hasID))
	}
	pattern := b.String()
	if len(list[0].Query()) > 0 {
		return pattern + query(list, hasID)
	}
	return pattern + "$"
}

// part is the pattern of one part of a path.
func part(s string, varies, id bool, hasID *bool) string {
	group := func(p string) string {
		if !id {
			return p
		}
		*hasID = true
		return "(?P<id>" + p + ")"
	}
	switch kindOf(s) {
	case "year":
		return `\d{4}`
	case "two":
		if varies {
			return `\d{1,2}`
		}
	case "number":
		if varies {
			return group(`\d+`)
		}
	case "id-slug":
		if varies {
			return group(`\d+`) + `[-_][^/]+`
		}
	case "code":
		if varies {
			return group(`[A-Za-z]*\d+[A-Za-z0-9]*`)
		}
	}
	if m := slugID.FindStringSubmatch(s); m != nil && varies {
		return `[^/]+[-_.]` + group(`\d+`) + regexp.QuoteMeta(m[2])
	}
	if varies {
		return `[^/]+`
	}
	return regexp.QuoteMeta(s)
}

// query is the pattern of a query: the part that varies, as the ID.
func query(list []*url.URL, hasID bool) string {
	for key, values := range list[0].Query() {
		for _, u := range list {
			if u.Query().Get(key) != values[0] && !hasID {
				return `\?(?:.*&)?` + regexp.QuoteMeta(key) + `=(?P<id>[^&]+)`
			}
		}
	}
	return `\?`
}
