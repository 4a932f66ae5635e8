package indicator_test

import (
	"slices"
	"strings"
	"testing"

	"stakeout/indicator"
)

func TestFind(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{"Nothing here, v1.2 of 10.000 things.", nil},
		{"cve-2024-12345 at hxxp://evil[.]example[.]com/x, and 192.0.2[.]1.", []string{"cve CVE-2024-12345", "ip 192.0.2.1", "domain evil.example.com"}},
		{"evil[dot]example(dot)com, c2{.}example[.]net, 192[.]0[.]2[.]7, 192.0.2(dot)8", []string{"ip 192.0.2.7", "ip 192.0.2.8", "domain evil.example.com", "domain c2.example.net"}},
		{"MD5 D41D8CD98F00B204E9800998ECF8427E; 300.1.1.1; 2001:db8::1", []string{"hash d41d8cd98f00b204e9800998ecf8427e", "ip 2001:db8::1"}},
	} {
		var got []string
		for _, i := range indicator.Find(c.text) {
			got = append(got, string(i.Kind)+" "+i.Value)
			if c.text[i.From:i.To] != i.Text {
				t.Errorf("%s: %q is not at %d", c.text, i.Text, i.From)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: found %q, expected %q", c.text, got, c.want)
		}
	}
}

func TestURLs(t *testing.T) {
	text := "It loads hxxps://evil[.]example[.]com/a.php?x=1, then (http[:]//192.0.2[.]1:8080/b). See https://evil.example.com/a.php?x=1 and hxxp://nothing or http://words"
	want := []string{"https://evil.example.com/a.php?x=1", "http://192.0.2.1:8080/b"}
	if got := indicator.URLs(text); !slices.Equal(got, want) {
		t.Errorf("found %q, expected %q", got, want)
	}
}

// What is passed over at a glance is nothing that a pattern would find.
func FuzzFind(f *testing.F) {
	for _, text := range []string{"cve-2024-12345 at hxxp://evil[.]example[.]com/x, and 192.0.2[.]1.", "MD5 D41D8CD98F00B204E9800998ECF8427E; 2001:db8::1; fe80::1", "evil[dot]example(dot)com and a::b, 1:2:3",
		"cVe-1999-0001 x.example.com.", "::ffff:1.2.3.4"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		// The same text behind one of each kind, where every pattern is tried.
		all := "CVE-2020-0001 d41d8cd98f00b204e9800998ecf8427e 1:2 a.b "
		var got, want []string
		for _, i := range indicator.Find(text) {
			got = append(got, i.Value)
		}
		for _, i := range indicator.Find(all + text) {
			if i.From >= len(all) {
				want = append(want, i.Value)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: found %q, with every pattern tried %q", text, got, want)
		}
	})
}

func BenchmarkFind(b *testing.B) {
	text := strings.Repeat("In paragraph 7 the council votes for the bridge that it had put off for nine years (or ten): 1,200 people came. ", 12)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		indicator.Find(text)
	}
}
