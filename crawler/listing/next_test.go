package listing

import "testing"

func TestNext(t *testing.T) {
	for _, c := range []struct{ name, url, html, want string }{
		{"rel", "/news", `<a href="/x">Next</a><a rel="nofollow next" href="/news?page=2">→</a>`, "/news?page=2"},
		{"said", "/news", `<a href="/news/archive?from=20">Older posts</a>`, "/news/archive?from=20"},
		{"label", "/news", `<a aria-label="Next page" href="/news/p2"><svg></svg></a>`, "/news/p2"},
		{"sign", "/news", `<a href="/news?page=0">«</a><a href="/news?page=2">»</a>`, "/news?page=2"},
		{"french", "/news", `<a href="/news?page=2">Page suivante ›</a>`, "/news?page=2"},
		{"japanese", "/news", `<a href="/news?page=2">次へ</a>`, "/news?page=2"},
		{"numbers", "/news", `<a href="/news">1</a><a href="/news/page/2/">2</a><a href="/news/page/3/">3</a>`, "/news/page/2/"},
		{"numbers on the second", "/news/page/2/", `<a href="/news">1</a><a href="/news/page/2/">2</a><a href="/news/page/3/">3</a>`, "/news/page/3/"},
		{"bare numbers", "/news/2", `<a href="/news/1">1</a><a href="/news/3">3</a>`, "/news/3"},
		{"a year", "/news/2026", `<a href="/news/2026?page=2">2</a>`, "/news/2026?page=2"},
		{"a story's number", "/news", `<a href="/story/40">2</a>`, ""},
		{"itself", "/news", `<a href="#">Next</a><a href="/news#top">Next</a>`, ""},
		{"another site", "/news", `<a rel="next" href="https://elsewhere.example/">Next</a>`, ""},
		{"no such", "/news", `<a href="/a">Read on</a><a href="/b">More news</a>`, ""},
	} {
		p, err := Parse("https://site.example"+c.url, []byte(c.html))
		if err != nil {
			t.Fatal(err)
		}
		want := c.want
		if want != "" {
			want = "https://site.example" + want
		}
		if got := p.Next(""); got != want {
			t.Errorf("%s: %q, expected %q", c.name, got, want)
		}
	}
	p, err := Parse("https://site.example/news", []byte(`<a rel=next href="/wrong">Next</a><div class="more" ><a href="/right">x</a></div>`))
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Next(".more"); got != "https://site.example/right" {
		t.Errorf("by selector: %q", got)
	}
}
