package change

import (
	"net/url"
	"path"
	"strings"

	"stakeout/story"
)

// Response is what came of a request, besides the page.
type Response struct {
	URL      string // requested
	FinalURL string // after redirects, absolute or relative to URL; "" for none
	Status   int    // 0 stands for 200
}

// judgeResponse tells what the status and the redirects say already.
func judgeResponse(resp Response) (Verdict, bool) {
	switch s := resp.Status; {
	case s == 404 || s == 410:
		return refuse(story.Gone, "HTTP %d", s), true
	case s == 401 || s == 402 || s == 403 || s == 407 || s == 451:
		return refuse(story.Blocked, "HTTP %d", s), true
	case s == 204 || s == 205:
		return refuse(story.Unreadable, "HTTP %d: no page", s), true
	case s != 0 && (s < 200 || s > 299):
		return refuse(story.Failed, "HTTP %d", s), true
	}
	from, to, ok := redirected(resp)
	if !ok {
		return Verdict{}, false
	}
	if word := wallPath(to); word != "" && wallPath(from) == "" {
		return refuse(story.Blocked, "redirected to %s: %s", to, word), true
	}
	if isFront(to) && !isFront(from) {
		return refuse(story.Gone, "redirected to the front page, %s", to), true
	}
	return Verdict{}, false
}

// redirected is where a request went and where it ended; ok is false where
// both are the same.
func redirected(resp Response) (from, to *url.URL, ok bool) {
	from, err := url.Parse(resp.URL)
	if err != nil || resp.FinalURL == "" {
		return nil, nil, false
	}
	to, err = from.Parse(resp.FinalURL)
	if err != nil || sameAddress(from, to) {
		return nil, nil, false
	}
	return from, to, true
}

// sameAddress compares addresses but for scheme, www, case of the host, a slash
// at the end, how its letters are encoded, and what is after the path.
func sameAddress(a, b *url.URL) bool {
	host := func(u *url.URL) string { return strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.") }
	place := func(u *url.URL) string { return story.Plain(strings.TrimRight(u.Path, "/")) }
	return host(a) == host(b) && place(a) == place(b)
}

// movedTo reports whether a story states another address than before; scheme,
// www, case of the host, a slash at the end, and what follows the path are none.
func movedTo(old, new string) bool {
	a, errA := url.Parse(old)
	b, errB := url.Parse(new)
	return errA == nil && errB == nil && old != "" && new != "" && !sameAddress(a, b)
}

// isFront reports whether an address is a site's front page, or one of its
// languages', or an index by name.
func isFront(u *url.URL) bool {
	p := strings.ToLower(strings.Trim(path.Clean("/"+u.Path), "/"))
	switch p {
	case "", "index.html", "index.htm", "index.php", "home", "home.html", "default.aspx", "homepage", "start", "startseite", "accueil", "inicio":
		return u.Query().Get("p") == "" && u.Query().Get("id") == ""
	}
	return len(p) == 2 || len(p) == 5 && (p[2] == '-' || p[2] == '_')
}

// wallPath names the wall that an address is of, by the words of its host and
// path; "" for none.
func wallPath(u *url.URL) string {
	host := strings.ToLower(u.Hostname())
	for _, label := range strings.Split(host, ".") {
		if word := wallWords[label]; word != "" {
			return word
		}
	}
	trimmed := strings.Trim(u.Path, "/")
	if len(trimmed) > 60 || strings.Count(trimmed, "/") > 3 {
		return ""
	}
	for _, part := range strings.FieldsFunc(strings.ToLower(u.Path), func(r rune) bool { return strings.ContainsRune("/-_.", r) }) {
		if word := wallWords[part]; word != "" {
			return word
		}
	}
	return ""
}

var wallWords = map[string]string{
	"consent": "a consent wall", "cookiewall": "a consent wall", "privacygate": "a consent wall", "zustimmung": "a consent wall", "gdpr": "a consent wall", "cmp": "a consent wall",
	"login": "a login wall", "logon": "a login wall", "signin": "a login wall", "anmelden": "a login wall", "anmeldung": "a login wall", "connexion": "a login wall", "auth": "a login wall", "sso": "a login wall", "register": "a login wall", "registration": "a login wall", "identity": "a login wall", "oauth": "a login wall", "oauth2": "a login wall",
	"subscribe": "a paywall", "paywall": "a paywall", "abo": "a paywall", "abonnement": "a paywall", "subscription": "a paywall", "subscriptions": "a paywall", "suscripcion": "a paywall", "abonnieren": "a paywall", "premium": "a paywall",
	"captcha": "a captcha", "challenge": "a bot challenge", "denied": "a refusal", "blocked": "a refusal", "unblock": "a refusal",
}
