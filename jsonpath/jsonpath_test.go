package jsonpath

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const document = `{"data":{"items":[{"url":"/a","id":7,"meta":{"odd name":"x"}},{"url":"/b","id":12345678901234567890},{"other":true}]},
	"list":["one","two"],"by":{"z":"/z","a":"/a"},"null":null}`

func TestPathGet(t *testing.T) {
	var root any
	d := json.NewDecoder(strings.NewReader(document))
	d.UseNumber()
	if err := d.Decode(&root); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string][]string{
		"$.data.items[*].url":                {"/a", "/b"},
		"data.items[*].url":                  {"/a", "/b"},
		"$['data']['items'][0].url":          {"/a"},
		`data.items[0].meta["odd name"]`:     {"x"},
		"data.items[-2].id":                  {"12345678901234567890"},
		"data.items[9].url":                  nil,
		"list[*]":                            {"one", "two"},
		"$[list]":                            nil, // refused
		"by.*":                               {"/a", "/z"},
		"by[*]":                              {"/a", "/z"},
		"data.items.url":                     nil,
		"null.more":                          nil,
		"$":                                  {""},
		"data.items[*].other":                {"true"},
		" data . items":                      nil,
		"$..url":                             nil,
		"data.items[?(@.id>3)]":              nil,
		"data.items[0:2]":                    nil,
		"data.":                              nil,
		"['data":                             nil,
		"[":                                  nil,
		"":                                   nil,
		strings.Repeat("a.", maxSteps) + "b": nil,
	} {
		p, err := Parse(path)
		refused := path != "data.items[9].url" && path != "data.items.url" && path != "null.more" && want == nil
		if (err != nil) != refused {
			t.Errorf("Parse(%q): %v, expected refused: %v", path, err, refused)
			continue
		}
		if err != nil {
			continue
		}
		var got []string
		for _, v := range p.Get(root) {
			got = append(got, Text(v))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: %s", path, diff)
		}
	}
}

func TestTemplateFill(t *testing.T) {
	var item any
	if err := json.Unmarshal([]byte(`{"slug":"a b/c?d","id":7,"links":["/1","/2"],"empty":""}`), &item); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string][]string{
		"links[*]":                         {"/1", "/2"},
		"id":                               {"7"},
		"/news/{slug}":                     {"/news/a%20b/c%3Fd"},
		"https://h.example/{id}/{slug}.ht": {"https://h.example/7/a%20b/c%3Fd.ht"},
		"/news/{missing}":                  nil,
		"/news/{empty}":                    nil,
		"empty":                            nil,
	} {
		tmpl, err := ParseTemplate(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if diff := cmp.Diff(want, tmpl.Fill(item)); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
	for _, text := range []string{"", "/news/{", "/news/{}", "/news/{a..b}"} {
		if _, err := ParseTemplate(text); err == nil {
			t.Errorf("%q is taken for a template", text)
		}
	}
}

// A path that parses leads somewhere or nowhere, in whatever value.
func FuzzPath(f *testing.F) {
	for _, p := range []string{"$.data.items[*]", "a['b'][0].*", "[-1]", "$..x", "{a}/{b}"} {
		f.Add(p, document)
	}
	f.Fuzz(func(t *testing.T, path, text string) {
		var root any
		if json.Unmarshal([]byte(text), &root) != nil {
			return
		}
		if p, err := Parse(path); err == nil {
			p.Get(root)
		}
		if tmpl, err := ParseTemplate(path); err == nil {
			for _, s := range tmpl.Fill(root) {
				if s == "" {
					t.Error("an empty text")
				}
			}
		}
	})
}
