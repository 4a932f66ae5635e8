package change

import (
	"fmt"
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

// Verdict is what a visit comes to.
type Verdict struct {
	Outcome story.Outcome
	Reason  string       // of every outcome that is not new, same or changed
	Change  story.Change // Source, ID, From, To and At are the caller's to set
	Ignored []story.Ignored
	// Read is the reading to record: read, with the headline held against the
	// record's where the page's signals disagree.
	Read story.Reading
	// Doubt says that the story should be looked at again within two minutes.
	Doubt bool
}

// Judge tells what a visit found. old is the version on record, read by the
// same rules as read; nil where there is none.
func Judge(old *story.Reading, resp Response, read story.Reading) Verdict {
	if v, done := judgeResponse(resp); done {
		return v
	}
	if read.Trouble.Outcome != "" {
		return Verdict{Outcome: read.Trouble.Outcome, Reason: read.Trouble.Reason, Ignored: read.Ignored}
	}
	if read.Headline == "" && len(read.Body) == 0 {
		return refuse(story.Unreadable, "no headline and no text")
	}
	if old == nil {
		return Verdict{Outcome: story.New, Ignored: read.Ignored, Read: read,
			Change: story.Change{Event: story.EventNew, Classes: []story.Class{}, Fields: []story.FieldChange{}}}
	}
	if reason := notTheStory(old, resp, read); reason != "" {
		return refuse(story.Unreadable, "%s", reason)
	}
	return compare(old, read)
}

func refuse(o story.Outcome, format string, args ...any) Verdict {
	return Verdict{Outcome: o, Reason: fmt.Sprintf(format, args...)}
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
// at the end, and what is after the path.
func sameAddress(a, b *url.URL) bool {
	host := func(u *url.URL) string { return strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.") }
	return host(a) == host(b) && strings.TrimRight(a.EscapedPath(), "/") == strings.TrimRight(b.EscapedPath(), "/")
}

// isFront reports whether an address is a site's front page, or one of its
// languages', or an index by name.
func isFront(u *url.URL) bool {
	p := strings.ToLower(strings.Trim(path.Clean("/"+u.Path), "/"))
	switch p {
	case "", "index.html", "index.htm", "index.php", "home", "default.aspx", "homepage":
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
	for _, part := range strings.FieldsFunc(strings.ToLower(u.Path), func(r rune) bool { return strings.ContainsRune("/-_.", r) }) {
		if word := wallWords[part]; word != "" && len(strings.Trim(u.Path, "/")) <= 60 && strings.Count(strings.Trim(u.Path, "/"), "/") <= 3 {
			return word
		}
	}
	return ""
}

var wallWords = map[string]string{
	"consent": "a consent wall", "cookiewall": "a consent wall", "privacygate": "a consent wall", "zustimmung": "a consent wall", "gdpr": "a consent wall", "cmp": "a consent wall",
	"login": "a login wall", "signin": "a login wall", "anmelden": "a login wall", "connexion": "a login wall", "auth": "a login wall", "sso": "a login wall", "register": "a login wall",
	"subscribe": "a paywall", "paywall": "a paywall", "abo": "a paywall", "abonnement": "a paywall", "subscription": "a paywall",
	"captcha": "a captcha", "challenge": "a bot challenge", "denied": "a refusal", "blocked": "a refusal",
}

// notTheStory says why a page that reads well is not the story on record; ""
// where it is.
func notTheStory(old *story.Reading, resp Response, read story.Reading) string {
	if old.ID != "" && read.ID != "" && old.ID != read.ID {
		return fmt.Sprintf("another story: the page states ID %s, expected %s", read.ID, old.ID)
	}
	if read.Unclosed && !old.Unclosed {
		return "the page is cut off: its document is never closed"
	}
	related := relation(old.Fields, read.Fields)
	if from, to, ok := redirected(resp); ok && related < akin {
		return fmt.Sprintf("another story: redirected from %s to %s", from.Path, to)
	}
	if a, b := language(old.Language), language(read.Language); a != "" && b != "" && a != b && related < akin {
		return fmt.Sprintf("another language's copy: found %s, expected %s", b, a)
	}
	if related < akin && movedTo(old.URL, read.URL) {
		return "another story: neither its address nor its words are those on record"
	}
	return lost(old.Fields, read.Fields)
}

// akin is the least relation of two readings of one story at different
// addresses.
const akin = 0.3

// relation is how much of two stories' words are the same, 0 to 1.
func relation(a, b story.Fields) float64 {
	words := func(f story.Fields) []string {
		var out []string
		for _, p := range append([]string{f.Headline}, f.Body...) {
			out = append(out, tokenize(story.Normal(p))...)
		}
		return out
	}
	return similarity(words(a), words(b))
}

// Alike reports whether two readings may be of one story by their words.
func Alike(a, b story.Fields) bool { return relation(a, b) >= akin }

func language(s string) string {
	s, _, _ = strings.Cut(strings.ToLower(s), "-")
	s, _, _ = strings.Cut(s, "_")
	return s
}

// lost says which of what the story had the layout no longer yields; "" for
// nothing. A paragraph that was taken out is an edit; a text that breaks off, or
// several fields that turn empty at once, are not.
func lost(old, new story.Fields) string {
	switch {
	case old.Headline != "" && new.Headline == "":
		return "the headline is missing"
	case len(old.Body) > 0 && len(new.Body) == 0:
		return "the text is missing"
	}
	if breaksOff(normalBody(old.Body), normalBody(new.Body)) {
		return fmt.Sprintf("the text breaks off after %d of %d paragraphs", len(new.Body), len(old.Body))
	}
	if gone := emptied(old, new); len(gone) >= 3 {
		return "the layout no longer yields " + strings.Join(gone, ", ")
	}
	return ""
}

// breaksOff reports whether a text is but the beginning of another: its
// paragraphs are the first of the other's, the last one perhaps cut, and at
// least three and half of the letters are missing.
func breaksOff(old, new []string) bool {
	if len(old)-len(new) < 3 || len(new) == 0 {
		return false
	}
	for i, p := range new {
		if i == len(new)-1 {
			cut := strings.TrimRight(p, ".… ")
			if !strings.HasPrefix(old[i], cut) {
				return false
			}
			continue
		}
		if p != old[i] {
			return false
		}
	}
	return 2*len(strings.Join(new, "")) < len(strings.Join(old, ""))
}

// emptied names the fields besides headline and body that turned empty.
func emptied(old, new story.Fields) []string {
	filled := map[string]bool{}
	for _, f := range new.Filled() {
		filled[f] = true
	}
	var gone []string
	for _, f := range old.Filled() {
		if !filled[f] && f != "updated" && f != "language" {
			gone = append(gone, f)
		}
	}
	return gone
}

// compare tells an edit from noise in two readings of one story.
func compare(old *story.Reading, read story.Reading) Verdict {
	before := old.Fields
	before.Headline, read.Headline = settleHeadline(old, read)
	c := Between(before, read.Fields)
	var unseen []story.Ignored
	c.Fields, unseen = stillThere(c.Fields, old.Prints, read.Prints)
	c.Classes = Classes(c.Fields)
	v := Verdict{Outcome: story.Same, Change: c, Ignored: append(read.Ignored, unseen...), Read: read}
	if movedTo(old.URL, read.URL) {
		if len(c.Fields) == 0 {
			v.Change.Event = story.EventMoved
		}
		v.Change.Fields = append(v.Change.Fields, story.FieldChange{Field: "url", Class: story.Metadata, Old: old.URL, New: read.URL, Words: Words(old.URL, read.URL)})
		v.Change.Classes = Classes(v.Change.Fields)
	}
	if len(v.Change.Fields) > 0 {
		v.Outcome = story.Changed
	}
	return v
}

// stillThere takes away what only the reader lost or found: paragraphs that are
// said to have gone and still stand on the new page, or to have come and stood
// on the old one already.
func stillThere(fields []story.FieldChange, old, new story.Prints) (left []story.FieldChange, unseen []story.Ignored) {
	left = []story.FieldChange{}
	for _, f := range fields {
		gone := f.Old != "" && f.New == "" && new.Has(f.Old)
		came := f.New != "" && f.Old == "" && old.Has(f.New)
		both := f.Old != f.New && f.Old != "" && f.New != "" && new.Has(f.Old) && old.Has(f.New)
		if f.Field != "body" || !gone && !came && !both {
			left = append(left, f)
			continue
		}
		text := f.Old + f.New
		if r := []rune(text); len(r) > 200 {
			text = string(r[:200])
		}
		unseen = append(unseen, story.Ignored{Text: text, Why: "it stands on both pages, in the story's part of one"})
	}
	return left, unseen
}

// settleHeadline says what the headline was and is where the two readings took
// it from different signals of their pages. What readers see decides: the h1,
// where both have one; else a signal that both have.
func settleHeadline(old *story.Reading, read story.Reading) (before, after string) {
	before, after = old.Headline, read.Headline
	a, b := old.Headlines, read.Headlines
	if a.H1 != "" && b.H1 != "" && story.Normal(a.H1) == story.Normal(before) {
		return before, b.H1
	}
	if story.Normal(before) == story.Normal(after) || old.Via["headline"] == read.Via["headline"] {
		return before, after
	}
	for _, s := range [][2]string{{a.JSONLD, b.JSONLD}, {a.OG, b.OG}, {a.Twitter, b.Twitter}, {a.Title, b.Title}} {
		if s[0] != "" && s[1] != "" && story.Normal(s[0]) == story.Normal(s[1]) {
			return before, before
		}
	}
	return before, after
}

// movedTo reports whether a story states another address than before; scheme,
// www, case of the host, a slash at the end, and what follows the path are none.
func movedTo(old, new string) bool {
	a, errA := url.Parse(old)
	b, errB := url.Parse(new)
	return errA == nil && errB == nil && old != "" && new != "" && !sameAddress(a, b)
}
