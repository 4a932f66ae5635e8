package weburl

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// TestStandardCases holds Resolve against the cases of the URL standard whose
// result, or whose input, is of http or https.
func TestStandardCases(t *testing.T) {
	const file = "../../shared/data/url/urltestdata.json"
	data, err := os.ReadFile(file)
	if err != nil {
		if os.Getenv("STAKEOUT_DATA_REQUIRED") == "1" {
			t.Fatal(err)
		}
		t.Skipf("no %s: the URL cases are not on this machine", file)
	}
	var raw []json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		t.Fatal(err)
	}
	good, bad, passed := 0, 0, 0
	for _, r := range raw {
		var c struct {
			Input, Href, Protocol string
			Base                  *string
			Failure               bool
		}
		if r[0] == '"' {
			continue // a comment
		}
		if err := json.Unmarshal(r, &c); err != nil {
			t.Fatal(err)
		}
		base := ""
		if c.Base != nil {
			base = *c.Base
		}
		got, err := Resolve(base, c.Input)
		switch {
		case c.Failure:
			bad++
			if err == nil {
				t.Errorf("%q on %q: %q, expected an error", c.Input, base, got)
				continue
			}
		case c.Protocol == "http:" || c.Protocol == "https:":
			good++
			if err != nil || got != c.Href {
				t.Errorf("%q on %q: %q, error %v, expected %q", c.Input, base, got, err, c.Href)
				continue
			}
		default:
			if err == nil {
				t.Errorf("%q on %q: %q, though it is not of http", c.Input, base, got)
			}
			continue
		}
		passed++
	}
	t.Logf("%d of %d: %d addresses, %d that are none", passed, good+bad, good, bad)
}

func TestCanonical(t *testing.T) {
	for in, want := range map[string]string{
		"HTTP://News.Example:80/a/../b?utm_source=x&id=5&fbclid=y#top": "http://news.example/b?id=5",
		"https://news.example:443":                                     "https://news.example/",
		"https://news.example/?":                                       "https://news.example/",
		"https://news.example/a/?utm_campaign=x":                       "https://news.example/a/",
		"https://news.example/?b=2&a=1&b=1":                            "https://news.example/?b=2&a=1&b=1",
		"https://news.example/?UTM_Source=x&%75tm_medium=y&q":          "https://news.example/?q",
		"https://user:secret@news.example/a":                           "https://news.example/a",
		"https://bücher.example/é":                                     "https://xn--bcher-kva.example/%C3%A9",
		" https://news.example/a b\n":                                  "https://news.example/a%20b",
		"https://news.example/%66oo%c3%a9%7E%2f":                       "https://news.example/foo%C3%A9~%2F",
		"https://news.example/90%+of":                                  "https://news.example/90%25+of",
		"https://news.example/a?q=%66%26":                              "https://news.example/a?q=f%26",
		"https://news.example/a//b":                                    "https://news.example/a//b",
		"http://0x7f.1/":                                               "http://127.0.0.1/",
		"https:\\\\news.example\\a":                                    "https://news.example/a",
	} {
		got, err := Canonical(in)
		if err != nil || got != want {
			t.Errorf("%q: %q, error %v, expected %q", in, got, err, want)
		}
		if again, err := Canonical(got); err != nil || again != got {
			t.Errorf("%q is not its own canonical form, but %q, error %v", got, again, err)
		}
	}
	for _, in := range []string{"", "mailto:a@b.example", "javascript:void(0)", "ftp://news.example/", "http://", "http://a b/", "https://example%2Xcom/",
		"https://abc%FEdef.org/", "tel:1", "data:text/html,x", "https://news.example/" + strings.Repeat("a", MaxLength)} {
		if got, err := Canonical(in); err == nil {
			t.Errorf("%.40q: %.40q, expected an error", in, got)
		}
	}
}

func TestHost(t *testing.T) {
	for in, want := range map[string]string{"https://News.Example:443/a": "news.example", "http://news.example:81/": "news.example:81", "x": "", "http://[::1]:80/": "[::1]"} {
		if got := Host(in); got != want {
			t.Errorf("%s: %q, expected %q", in, got, want)
		}
	}
	if !SameSite("www.news.example", "news.example") || SameSite("a.news.example", "news.example") {
		t.Error("SameSite")
	}
}

func FuzzCanonical(f *testing.F) {
	for _, seed := range []string{"https://news.example/a?b=%zz#c", "http://[::1]/%2e%2e/x", "//x/y", "?utm_source=1&a", "\\\\a\\b", "http://xn--a/"} {
		f.Add("https://news.example/dir/page?q=1", seed)
	}
	f.Fuzz(func(t *testing.T, base, ref string) {
		got, err := CanonicalRef(base, ref)
		if err != nil {
			return
		}
		if !strings.HasPrefix(got, "http://") && !strings.HasPrefix(got, "https://") || strings.ContainsAny(got, " \t\n#") {
			t.Errorf("%q on %q: %q", ref, base, got)
		}
		if again, err := Canonical(got); err != nil || again != got {
			t.Errorf("%q is not its own canonical form, but %q, error %v", got, again, err)
		}
	})
}
