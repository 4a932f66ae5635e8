package web

import (
	"bytes"
	"embed"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
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

// parts are the templates that others are made of.
var parts = []string{"templates/frame.html", "templates/first.html", "templates/repair.html"}

// views are the page's templates, each with the frame around it.
var views = parseViews()

func parseViews() map[string]*template.Template {
	frame := template.Must(template.New("frame").Funcs(template.FuncMap{
		"words":    func(f story.FieldChange) template.HTML { return template.HTML(export.DiffHTML(f)) }, // escaped there
		"place":    digest.Place,
		"clock":    clock,
		"moment":   moment,
		"instant":  func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"join":     strings.Join,
		"path":     storyPath,
		"source":   sourcePath,
		"web":      isWeb,
		"plural":   plural,
		"outcomes": outcomesOf,
		"cut":      func(s string, n int) string { return digest.Head(s, n) },
		"mend":     func(source string, r repairLine, may bool) mendData { return mendData{source, r, may} },
		"citation": citation,
		"inc":      func(n int) int { return n + 1 },
	}).ParseFS(templateFiles, parts...))
	out := map[string]*template.Template{}
	files, err := fs.Glob(templateFiles, "templates/*.html")
	if err != nil {
		panic(err) // of a constant pattern
	}
	for _, f := range files {
		name := strings.TrimSuffix(strings.TrimPrefix(f, "templates/"), ".html")
		if !slices.Contains(parts, "templates/"+name+".html") {
			out[name] = template.Must(template.Must(frame.Clone()).ParseFS(templateFiles, f))
		}
	}
	return out
}

// mendData is a repair, for its part of a page.
type mendData struct {
	Source string
	Repair repairLine
	May    bool
}

// view is what every page has.
type view struct {
	Title   string
	Nav     string // the part of the page that is open
	Query   string // of the search box
	Feed    string // the address of a feed of what is shown; "" for none
	Rules   bool   // the rule editor is there
	LogOut  bool   // somebody is logged in by password
	Version string
	Data    any
}

func (s *server) routePages() {
	s.routes.HandleFunc("GET /{$}", s.inbox)
	s.routes.HandleFunc("GET /stories", s.storyList)
	s.routes.HandleFunc("GET /stories/", s.storyView)
	s.routes.HandleFunc("GET /raw/", s.rawView)
	s.routes.HandleFunc("GET /evidence/", s.evidence)
	s.routes.HandleFunc("GET /sources", s.sourcesView)
	s.routes.HandleFunc("GET /search", s.searchView)
	s.routes.HandleFunc("GET /export", s.download)
	s.routes.HandleFunc("GET /login", func(w http.ResponseWriter, r *http.Request) { s.loginPage(w, r, http.StatusOK, "") })
	s.routes.HandleFunc("POST /login", s.logIn)
	s.routes.HandleFunc("POST /logout", s.logOut)
	s.routes.HandleFunc("GET /sources/{name}", s.sourceView)
	s.routes.HandleFunc("GET /watch", s.watchForm)
	s.routes.HandleFunc("GET /rules", s.only(Admin, s.rulesView))
	s.routes.HandleFunc("GET /rules/page", s.only(Admin, s.rulesPage))
	for path, do := range map[string]http.HandlerFunc{"/marks/{cursor}": s.mark, "/seen": s.seeAll, "/filters": s.saveFilter} {
		s.routes.HandleFunc("POST "+path, s.only(Labeller, do))
	}
	for path, do := range map[string]http.HandlerFunc{"/watch": s.look, "/watch/start": s.startWatching,
		"/sources/{name}/pause": s.pause, "/sources/{name}/run": s.runNow, "/sources/{name}/repair": s.useRepair, "/rules/save": s.saveRule} {
		s.routes.HandleFunc("POST "+path, s.only(Admin, do))
	}
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
	v.Rules = s.Workshop != nil && roleOf(r) >= Admin
	v.LogOut, v.Version = len(s.Access.Passwords) > 0, s.Version
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

// sourcePath is where a source is shown.
func sourcePath(name string) string { return "/sources/" + url.PathEscape(name) }

func isWeb(address string) bool {
	return strings.HasPrefix(address, "http://") || strings.HasPrefix(address, "https://")
}
