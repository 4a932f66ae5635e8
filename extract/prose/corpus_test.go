package prose

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"
)

// row is a page of a corpus and what is true of its text.
type row struct {
	ID      string   `json:"id"`
	URL     string   `json:"url"`
	File    string   `json:"file"`
	Body    []string `json:"body"`
	With    []string `json:"with"`
	Without []string `json:"without"`
}

const data = "../../../shared/data"

// corpus reads the rows of a data folder's file, one JSON value a line.
func corpus[T any](t testing.TB, path string) []T {
	t.Helper()
	f, err := os.Open(filepath.Join(data, path))
	if err != nil {
		if os.Getenv("STAKEOUT_DATA_REQUIRED") == "1" {
			t.Fatalf("shared data is required: %v", err)
		}
		t.Skipf("no shared data at %s: set STAKEOUT_DATA_REQUIRED=1 to make this an error", data)
	}
	defer f.Close()
	var rows []T
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var r T
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, r)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return rows
}

// parsePage reads a gzip-compressed page of a data folder.
func parsePage(t testing.TB, path string) *html.Node {
	t.Helper()
	f, err := os.Open(filepath.Join(data, path))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	var r io.Reader = bytes.NewReader(body)
	if !utf8.Valid(body) {
		if r, err = charset.NewReader(r, ""); err != nil {
			t.Fatal(err)
		}
	}
	doc, err := html.Parse(r)
	if err != nil {
		t.Logf("%s: %v", path, err)
		return &html.Node{Type: html.DocumentNode}
	}
	return doc
}

// hintsOf reads the hints that a page's metadata give, simply.
func hintsOf(doc *html.Node) Hints {
	var h Hints
	var title string
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.Data {
		case "meta":
			name, content := "", ""
			for _, a := range n.Attr {
				switch a.Key {
				case "name", "property":
					name = strings.ToLower(a.Val)
				case "content":
					content = a.Val
				}
			}
			switch name {
			case "og:title":
				h.Headline = content
			case "og:description":
				h.Description = content
			case "description":
				if h.Description == "" {
					h.Description = content
				}
			}
		case "title":
			if n.FirstChild != nil {
				title = n.FirstChild.Data
			}
		case "script":
			if n.FirstChild != nil && h.ArticleBody == "" && strings.Contains(n.FirstChild.Data, "articleBody") {
				var v any
				if json.Unmarshal([]byte(n.FirstChild.Data), &v) == nil {
					h.ArticleBody = articleBody(v)
				}
			}
		}
	}
	if h.Headline == "" {
		h.Headline = title
	}
	return h
}

func articleBody(v any) string {
	switch v := v.(type) {
	case map[string]any:
		if s, ok := v["articleBody"].(string); ok {
			return s
		}
		for _, k := range []string{"@graph", "mainEntity"} {
			if s := articleBody(v[k]); s != "" {
				return s
			}
		}
	case []any:
		for _, x := range v {
			if s := articleBody(x); s != "" {
				return s
			}
		}
	}
	return ""
}
