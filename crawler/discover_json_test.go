package crawler

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stakeout/configs"
	"stakeout/jsonpath"
)

func jsonSource(t *testing.T, src *configs.Source, items, link, next string) *configs.Source {
	t.Helper()
	path := func(text string) *jsonpath.Path {
		if text == "" {
			return nil
		}
		p, err := jsonpath.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return &p
	}
	src.Items, src.NextPath = path(items), path(next)
	if link != "" {
		tmpl, err := jsonpath.ParseTemplate(link)
		if err != nil {
			t.Fatal(err)
		}
		src.Link = tmpl
	}
	return src
}

// Where the configuration says where items and links are.
func TestDiscoverJSONByPaths(t *testing.T) {
	for name, test := range map[string]struct{ body, items, link string }{
		"members of a list":     {`{"data":{"items":[{"u":"/x/1"},{"u":"/x/2"}]},"other":["/x/9"]}`, "data.items[*]", "u"},
		"the list itself":       {`{"data":{"items":[{"u":"/x/1"},{"u":"/x/2"}]}}`, "$.data.items", "$.u"},
		"one path":              {`{"data":[{"u":"/x/1"},{"u":"/x/2"}]}`, "", "data[*].u"},
		"an address of a slug":  {`[{"slug":"1","t":"One"},{"slug":"2"},{"slug":null}]`, "[*]", "/x/{slug}"},
		"link found by itself":  {`{"a":[{"author":{"name":"N","url":"/author/n"},"attributes":{"title":"T","path":"/x/1"},"url":"/x/1"},{"attributes":{"title":"T","path":"/x/2"}}]}`, "a", ""},
		"items are addresses":   {`{"a":["/x/1","/x/2"]}`, "a[*]", ""},
		"items are HTML":        {`{"html":"<li><a href='/x/1'>One</a></li><li><a href='/x/2'>Two</a></li>"}`, "html", ""},
		"an object by its keys": {`{"by":{"1":{"u":"/x/1"},"2":{"u":"/x/2"}}}`, "by.*", "u"},
		"behind a guard":        {")]}',\n" + `{"a":[{"u":"/x/1"},{"u":"/x/2"}]}`, "a[*]", "u"},
		"in a call":             {`/**/cb_1({"a":[{"u":"/x/1"},{"u":"/x/2"}]});`, "a[*]", "u"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			s.body("/api", "application/json", test.body)
			links, listing, err := discover(t, newCrawler(t), jsonSource(t, source(s.URL+"/api"), test.items, test.link, ""))
			if diff := cmp.Diff([]string{"/x/1", "/x/2"}, urls(s, links)); err != nil || diff != "" || listing.Kind != "json" {
				t.Errorf("%v, %s %s", err, listing.Kind, diff)
			}
		})
	}
}

func TestDiscoverJSONPathsLeadNowhere(t *testing.T) {
	s := newSite(t)
	s.body("/api", "application/json", `{"data":[{"u":"/x/1"}]}`)
	s.body("/broken", "application/json", `{"data":[`)
	for want, src := range map[string]*configs.Source{
		"items `list[*]` leads nowhere":  jsonSource(t, source(s.URL+"/api"), "list[*]", "", ""),
		"link `href` gives no address":   jsonSource(t, source(s.URL+"/api"), "data[*]", "href", ""),
		"no address was found in the it": jsonSource(t, source(s.URL+"/api"), "data[*]", "", ""),
		"its JSON is broken":             jsonSource(t, source(s.URL+"/broken"), "data[*]", "u", ""),
	} {
		_, _, err := discover(t, newCrawler(t), src)
		var fe *FetchError
		if !errors.As(err, &fe) || fe.Kind != KindContent || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, expected %q", err, want)
		}
	}
}

// What answers look like whose shape is evident.
func TestDiscoverJSONUnasked(t *testing.T) {
	s := newSite(t)
	for path, body := range map[string]string{
		"/data":    `{"data":[{"attributes":{"title":"The harbour strike ends","url":"/news/strike-ends-at-last"}},{"attributes":{"title":"Open again","url":"/news/open-again-now"}}]}`,
		"/wp":      `[{"id":1,"link":"` + s.URL + `/news/strike-ends-at-last","title":{"rendered":"Strike &#8217;s end"}},{"id":2,"link":"` + s.URL + `/news/open-again-now","title":{"rendered":"B"}}]`,
		"/html":    `{"html":"<article><h2><a href=\"/news/strike-ends-at-last\">The harbour strike ends at last tonight</a></h2></article><article><h2><a href=\"/news/open-again-now\">The port is open again now</a></h2></article>"}`,
		"/graphql": `{"data":{"feed":{"edges":[{"node":{"headline":"The end","canonicalUrl":"/news/strike-ends-at-last"}},{"node":{"headline":"Open","canonicalUrl":"/news/open-again-now"}}]}}}`,
	} {
		s.body(path, "application/json", body)
		links, _, err := discover(t, newCrawler(t), source(s.URL+path))
		if diff := cmp.Diff([]string{"/news/strike-ends-at-last", "/news/open-again-now"}, urls(s, links)); err != nil || diff != "" {
			t.Errorf("%s: %v %s", path, err, diff)
		}
	}
	// Whatever its name, an address that matches is a story.
	s.body("/odd", "application/json", `{"rows":[["/n/1","x"],["/n/2","y"]]}`)
	if links, _, err := discover(t, newCrawler(t), withStories(source(s.URL+"/odd"), `/n/(?P<id>\d+)$`)); err != nil || len(links) != 2 {
		t.Errorf("%v %v", links, err)
	}
}

// endpoint serves 25 stories, 10 a page, in one of many manners.
func endpoint(s *site, path string, page func(r *http.Request, from int) (from2 int, body func(items string, last bool) string)) {
	s.mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
		from, body := page(r, 0)
		var items []string
		for i := from; i < min(from+10, 25); i++ {
			items = append(items, fmt.Sprintf(`{"title":"Story number %d","url":"/news/story-number-%d"}`, i, i))
		}
		fmt.Fprint(w, body(strings.Join(items, ","), from+10 >= 25))
	})
}

func TestDiscoverJSONNextPages(t *testing.T) {
	number := func(r *http.Request, name string) int {
		n, _ := strconv.Atoi(r.URL.Query().Get(name))
		return n
	}
	plain := func(items string, last bool) string { return `{"items":[` + items + `],"total":25}` }
	type manner = func(r *http.Request, from int) (int, func(string, bool) string)
	for name, test := range map[string]struct {
		query, next string
		pages       int
		manner      manner
	}{
		"page from 1": {"page=1", "", 3, func(r *http.Request, _ int) (int, func(string, bool) string) {
			return (number(r, "page") - 1) * 10, plain
		}},
		"page from 0, more parameters": {"lang=en&p=0&sort=a%20b", "", 3, func(r *http.Request, _ int) (int, func(string, bool) string) { return number(r, "p") * 10, plain }},
		"page in brackets": {"page[number]=1&page[size]=10", "", 3, func(r *http.Request, _ int) (int, func(string, bool) string) {
			return (number(r, "page[number]") - 1) * 10, plain
		}},
		"offset and limit": {"offset=0&limit=10", "", 3, func(r *http.Request, _ int) (int, func(string, bool) string) { return number(r, "offset"), plain }},
		"next is an address": {"", "", 3, func(r *http.Request, _ int) (int, func(string, bool) string) {
			from := number(r, "from")
			return from, func(items string, last bool) string {
				next := fmt.Sprintf(`"?from=%d"`, from+10)
				if last {
					next = "null"
				}
				return `{"results":[` + items + `],"paging":{"next":` + next + `}}`
			}
		}},
		"next is a link object": {"", "", 3, func(r *http.Request, _ int) (int, func(string, bool) string) {
			from := number(r, "from")
			return from, func(items string, last bool) string {
				links := ""
				if !last {
					links = fmt.Sprintf(`"next":{"href":"/api?from=%d"}`, from+10)
				}
				return `{"data":[` + items + `],"links":{` + links + `}}`
			}
		}},
		"cursor": {"", "", 3, func(r *http.Request, _ int) (int, func(string, bool) string) {
			from := number(r, "cursor")
			return from, func(items string, last bool) string {
				return fmt.Sprintf(`{"stories":[%s],"meta":{"next_cursor":"%d","has_more":%v}}`, items, from+10, !last)
			}
		}},
		"end cursor": {"after=0", "", 3, func(r *http.Request, _ int) (int, func(string, bool) string) {
			from := number(r, "after")
			return from, func(items string, last bool) string {
				return fmt.Sprintf(`{"list":[%s],"pageInfo":{"endCursor":"%d","hasNextPage":%v}}`, items, from+10, !last)
			}
		}},
		"by the configuration": {"", "$.weiter", 3, func(r *http.Request, _ int) (int, func(string, bool) string) {
			from := number(r, "from")
			return from, func(items string, last bool) string {
				return fmt.Sprintf(`{"x":[%s],"weiter":"/api?from=%d"}`, items, from+10)
			}
		}},
		"no sign of a next page": {"section=2", "", 1, func(r *http.Request, _ int) (int, func(string, bool) string) { return 0, plain }},
		"the same page for ever": {"page=1", "", 2, func(r *http.Request, _ int) (int, func(string, bool) string) { return 0, plain }},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			endpoint(s, "/api", test.manner)
			links, listing, err := discover(t, newCrawler(t), jsonSource(t, source(s.URL+"/api?"+test.query), "", "", test.next))
			want := 25
			if test.pages < 3 {
				want = 10
			}
			if err != nil || len(links) != want || listing.Pages < test.pages || listing.Pages > test.pages+1 || len(listing.Problems) > 0 {
				t.Errorf("%d links on %d pages, %v, %v; asked %v", len(links), listing.Pages, err, listing.Problems, s.asked)
			}
		})
	}
}

func TestDiscoverJSONPagesAtMost(t *testing.T) {
	s := newSite(t)
	s.mux.HandleFunc("/api", func(w http.ResponseWriter, r *http.Request) {
		n := r.URL.Query().Get("page")
		fmt.Fprintf(w, `[{"url":"/news/story-a-%s","title":"A"},{"url":"/news/story-b-%s","title":"B"}]`, n, n)
	})
	src := source(s.URL + "/api?page=1")
	src.Pages = 3
	if links, listing, err := discover(t, newCrawler(t), src); err != nil || len(links) != 8 || listing.Pages != 4 {
		t.Errorf("%d links on %d pages, %v", len(links), listing.Pages, err)
	}
}

// A Link header leads on, as WordPress has it.
func TestDiscoverJSONNextByHeader(t *testing.T) {
	s := newSite(t)
	s.mux.HandleFunc("/api", func(w http.ResponseWriter, r *http.Request) {
		n := r.URL.Query().Get("page")
		if n == "" {
			w.Header().Set("Link", `</api?page=9>; rel="last", </api?page=2>; rel="next"`)
		}
		fmt.Fprintf(w, `[{"url":"/news/story-a-%s1","title":"A"},{"url":"/news/story-b-%s1","title":"B"}]`, n, n)
	})
	if links, listing, err := discover(t, newCrawler(t), source(s.URL+"/api")); err != nil || len(links) < 4 || listing.Pages < 2 {
		t.Errorf("%d links on %d pages, %v", len(links), listing.Pages, err)
	}
}

// A page whose button fetches more: JSON with HTML in it, then more of it.
func TestDiscoverLoadMoreButton(t *testing.T) {
	s := newSite(t)
	card := func(n int) string {
		return fmt.Sprintf(`<article><h2><a href="/news/story-number-%d">What became of story number %d</a></h2></article>`, n, n)
	}
	s.page("/news", "<main>"+card(1)+card(2)+card(3)+`<button class="btn" data-page="2" data-url="/more?page=2">Load more</button></main>`)
	s.mux.HandleFunc("/more", func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Query().Get("page") {
		case "2":
			fmt.Fprintf(w, `{"html":%q}`, card(4)+card(5))
		case "3":
			fmt.Fprintf(w, `{"html":%q}`, card(6))
		default:
			fmt.Fprint(w, `{"html":""}`)
		}
	})
	for name, src := range map[string]*configs.Source{"unasked": source(s.URL + "/news"), "by pattern": withStories(source(s.URL+"/news"), `/news/story-number-(?P<id>\d+)$`)} {
		links, listing, err := discover(t, newCrawler(t), src)
		if err != nil || len(links) != 6 || len(listing.Problems) > 0 {
			t.Errorf("%s: %d links, %v %v", name, len(links), err, listing.Problems)
		}
	}
}
