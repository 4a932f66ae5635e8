package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"stakeout/store"
	"stakeout/story"
)

// mementoTime is how a memento's address gives its time, in UTC.
const mementoTime = "20060102150405"

// timemap lists the mementos of an address (RFC 7089): its versions on record.
func (s *server) timemap(w http.ResponseWriter, r *http.Request, address string) {
	key, address, err := s.original(r, address)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	lines, err := s.versionLines(r.Context(), key)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	base := origin(r)
	links := []string{
		link(address, `rel="original"`),
		link(base+"/timegate/"+address, `rel="timegate"`),
		link(base+"/timemap/link/"+address, fmt.Sprintf(`rel="self"; type="application/link-format"; from="%s"; until="%s"`,
			lines[0].At.UTC().Format(http.TimeFormat), lines[len(lines)-1].At.UTC().Format(http.TimeFormat))),
	}
	for i, v := range lines {
		links = append(links, link(mementoURL(base, v.At, address), fmt.Sprintf(`rel="%s"; datetime="%s"`, place(i, len(lines)), v.At.UTC().Format(http.TimeFormat))))
	}
	w.Header().Set("Content-Type", "application/link-format; charset=utf-8")
	s.send(w, r, []byte(strings.Join(links, ",\n")+"\n"))
}

func link(address, about string) string {
	return "<" + strings.NewReplacer("<", "%3C", ">", "%3E", "\n", "").Replace(address) + ">; " + about
}

// place is what a memento is among all of its original's.
func place(i, n int) string {
	rel := "memento"
	if i == n-1 {
		rel = "last " + rel
	}
	if i == 0 {
		rel = "first " + rel
	}
	return rel
}

func mementoURL(base string, at time.Time, address string) string {
	return base + "/memento/" + at.UTC().Format(mementoTime) + "/" + address
}

// original is the story at an address. Where a proxy has made one slash of two,
// the second is put back.
func (s *server) original(r *http.Request, address string) (story.Key, string, error) {
	if decoded, err := url.PathUnescape(address); err == nil && !strings.Contains(address, "://") && strings.Contains(decoded, "://") {
		address = decoded // escaped as a whole
	}
	for _, scheme := range []string{"http:/", "https:/"} {
		if rest, ok := strings.CutPrefix(address, scheme); ok && !strings.HasPrefix(rest, "/") {
			address = scheme + "/" + rest
		}
	}
	key, err := s.Store.Find(r.Context(), address)
	return key, address, err
}

// timegate leads to the memento that stood at the time that is asked for
// (Accept-Datetime), else to the last.
func (s *server) timegate(w http.ResponseWriter, r *http.Request, address string) {
	key, address, err := s.original(r, address)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	at := s.Now()
	if text := r.Header.Get("Accept-Datetime"); text != "" {
		if at, err = http.ParseTime(text); err != nil {
			s.fail(w, r, &badRequest{fmt.Sprintf("Accept-Datetime: found %q, expected a date such as %s", text, s.Now().UTC().Format(http.TimeFormat))})
			return
		}
	}
	v, err := s.versionWhen(r, key, at)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header().Set("Vary", "accept-datetime")
	w.Header().Set("Link", link(address, `rel="original"`)+", "+link(origin(r)+"/timemap/link/"+address, `rel="timemap"; type="application/link-format"`))
	http.Redirect(w, r, mementoURL(origin(r), v.At, address), http.StatusFound)
}

// memento shows the page of an address as it stood at a time: the bytes as they
// came, in a frame of their own in which nothing runs and nothing is loaded.
func (s *server) memento(w http.ResponseWriter, r *http.Request, rest string) {
	text, address, _ := strings.Cut(rest, "/")
	at, err := time.Parse(mementoTime, text)
	if err != nil {
		s.problem(w, r, http.StatusBadRequest, fmt.Sprintf("time: found %q, expected YYYYMMDDhhmmss in UTC", text))
		return
	}
	key, address, err := s.original(r, address)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	// A version's time has parts of a second, its address hasn't.
	v, err := s.versionWhen(r, key, at.Add(time.Second-time.Millisecond))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	base := origin(r)
	w.Header().Set("Memento-Datetime", v.At.UTC().Format(http.TimeFormat))
	w.Header().Set("Link", strings.Join([]string{
		link(address, `rel="original"`), link(base+"/timegate/"+address, `rel="timegate"`),
		link(base+"/timemap/link/"+address, `rel="timemap"; type="application/link-format"`),
	}, ", "))
	s.rawPage(w, r, v, 0)
}

// versionWhen is the version that a story was at, at a time; the first where it
// was not on record yet.
func (s *server) versionWhen(r *http.Request, key story.Key, at time.Time) (store.Version, error) {
	v, err := s.Store.Latest(r.Context(), key)
	for err == nil && v.At.After(at) && v.Number > 1 {
		v, err = s.Store.VersionAt(r.Context(), key, v.Number-1)
	}
	return v, err
}

// rawPage sends a page of a version as it came. Whatever it holds, it may neither
// run nor load nor send anything, nor be of this site's origin.
func (s *server) rawPage(w http.ResponseWriter, r *http.Request, v store.Version, index int) {
	if index < 0 || index >= len(v.Pages) {
		s.problem(w, r, http.StatusNotFound, fmt.Sprintf("version %d of %s has no page %d on record", v.Number, v.Key, index+1))
		return
	}
	body, err := s.Store.PageBody(r.Context(), v.Pages[index].SHA256)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	h := w.Header()
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; frame-ancestors 'self'")
	h.Set("Content-Type", contentType(v.Pages[index].ContentType))
	h.Set("Cache-Control", "private, max-age=86400")
	s.send(w, r, body)
}

// contentType is what a kept page is sent as: HTML and text only, whatever it
// called itself.
func contentType(stated string) string {
	kind := strings.ToLower(strings.TrimSpace(strings.SplitN(stated, ";", 2)[0]))
	switch kind {
	case "text/html", "application/xhtml+xml", "text/plain", "":
		if strings.ContainsAny(stated, "\r\n") || stated == "" {
			return "text/html"
		}
		return stated
	}
	return "text/plain"
}
