package web

import (
	"bytes"
	"embed"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"time"

	"stakeout/digest"
	"stakeout/export"
	"stakeout/story"
)

//go:embed templates/*.html
var templateFiles embed.FS

//go:embed static
var staticFiles embed.FS

// views are the page's templates, each with the frame around it.
var views = parseViews()

func parseViews() map[string]*template.Template {
	frame := template.Must(template.New("frame").Funcs(template.FuncMap{
		"words":    func(f story.FieldChange) template.HTML { return template.HTML(export.DiffHTML(f)) }, // escaped there
		"place":    digest.Place,
		"clock":    clock,
		"instant":  func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"join":     strings.Join,
		"path":     storyPath,
		"web":      isWeb,
		"plural":   plural,
		"citation": citation,
		"inc":      func(n int) int { return n + 1 },
	}).ParseFS(templateFiles, "templates/frame.html"))
	out := map[string]*template.Template{}
	files, err := fs.Glob(templateFiles, "templates/*.html")
	if err != nil {
		panic(err) // of a constant pattern
	}
	for _, f := range files {
		name := strings.TrimSuffix(strings.TrimPrefix(f, "templates/"), ".html")
		if name != "frame" {
			out[name] = template.Must(template.Must(frame.Clone()).ParseFS(templateFiles, f))
		}
	}
	return out
}

// view is what every page has.
type view struct {
	Title   string
	Nav     string // the part of the page that is open
	Query   string // of the search box
	LogOut  bool   // somebody is logged in by password
	Version string
	Data    any
}

func (s *server) routePages() {
	s.routes.HandleFunc("GET /{$}", s.inbox)
	s.routes.HandleFunc("GET /stories", s.storyList)
	s.routes.HandleFunc("GET /stories/", s.storyView)
	s.routes.HandleFunc("GET /raw/", s.rawView)
	s.routes.HandleFunc("GET /sources", s.sourcesView)
	s.routes.HandleFunc("GET /search", s.searchView)
	s.routes.HandleFunc("GET /export", s.download)
	s.routes.HandleFunc("GET /login", func(w http.ResponseWriter, r *http.Request) { s.loginPage(w, r, http.StatusOK, "") })
	s.routes.HandleFunc("POST /login", s.logIn)
	s.routes.HandleFunc("POST /logout", s.logOut)
	s.routes.HandleFunc("POST /marks/{cursor}", s.mark)
	s.routes.HandleFunc("POST /seen", s.seeAll)
	s.routes.HandleFunc("POST /filters", s.saveFilter)
	s.routes.Handle("GET /static/", s.static())
	s.routes.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.problem(w, r, http.StatusNotFound, "there is nothing at "+r.URL.Path)
	})
}

// static serves the style and the script that are shipped in the program.
func (s *server) static() http.Handler {
	files := http.FileServerFS(staticFiles)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "public, max-age=600")
		files.ServeHTTP(w, r)
	})
}

// page writes one view.
func (s *server) page(w http.ResponseWriter, r *http.Request, status int, name string, v view) {
	v.LogOut, v.Version = s.Access.Password != "", s.Version
	var b bytes.Buffer
	if err := views[name].ExecuteTemplate(&b, "frame", v); err != nil {
		s.Log.Error("page", "view", name, "error", err)
		http.Error(w, "this page could not be written; the log says why", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if status != http.StatusOK {
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(status)
		if _, err := w.Write(b.Bytes()); err != nil {
			s.Log.Debug("answer not sent", "path", r.URL.Path, "error", err)
		}
		return
	}
	s.send(w, r, b.Bytes())
}

func (s *server) errorPage(w http.ResponseWriter, r *http.Request, status int, detail string) {
	s.page(w, r, status, "error", view{Title: http.StatusText(status), Data: detail})
}

type loginData struct{ To, Problem string }

func (s *server) loginPage(w http.ResponseWriter, r *http.Request, status int, problem string) {
	s.page(w, r, status, "login", view{Title: "Log in", Data: loginData{ownPath(r.FormValue("to")), problem}})
}

// storyPath is where a story is shown.
func storyPath(source, id string) string {
	return "/stories/" + url.PathEscape(source) + "/" + url.PathEscape(id)
}

func isWeb(address string) bool {
	return strings.HasPrefix(address, "http://") || strings.HasPrefix(address, "https://")
}
