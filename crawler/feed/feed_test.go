package feed

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

var at = time.Date(2026, 4, 4, 21, 26, 49, 0, time.UTC)

func TestParseKinds(t *testing.T) {
	want := []Item{{URL: "https://news.example/a/1", Title: "Café & more", Published: at}}
	for name, text := range map[string]string{
		"rss 2.0": `<rss version="2.0"><channel><title>F</title><link>https://news.example/</link><item><title>Café &amp; more</title><link>/a/1</link><pubDate>Sat, 04 Apr 2026 21:26:49 GMT</pubDate></item></channel></rss>`,
		"rdf": `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>F</title><link>https://news.example/</link></channel>
			<item><title>Café &amp; more</title><link>https://news.example/a/1</link><dc:date>2026-04-04T21:26:49Z</dc:date></item></rdf:RDF>`,
		"atom":              `<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><link href="https://news.example/"/><entry><title type="html">Caf&amp;eacute; &amp;amp; more</title><link href="a/1"/><published>2026-04-04T21:26:49Z</published></entry></feed>`,
		"json":              `{"version":"https://jsonfeed.org/version/1.1","title":"F","home_page_url":"https://news.example/","items":[{"url":"https://news.example/a/1","title":"Café & more","date_published":"2026-04-04T21:26:49Z"}]}`,
		"cut off":           `<rss version="2.0"><channel><title>F</title><link>https://news.example/</link><item><title>Café &amp; more</title><link>/a/1</link><pubDate>Sat, 04 Apr 2026 21:26:49 GMT</pubDate></item><item><ti`,
		"tags not closed":   `<rss><channel><title>F</title><link>https://news.example/</link><item><title>Café &amp; more</title><link>/a/1</link><pubDate>Sat, 04 Apr 2026 21:26:49 GMT</pubDate><author></item></channel></rss>`,
		"cdata, not closed": `<rss><channel><title>F</title><link>https://news.example/</link><item><title><![CDATA[Café & more]]></title><link>/a/1</link><pubDate>Sat, 04 Apr 2026 21:26:49 GMT</pubDate><b></item></rss>`,
		"blank in front":    "\n\n <?xml version=\"1.0\"?><rss><channel><title>F</title><link>https://news.example/</link><item><title>Café &amp; more</title><link>/a/1</link><pubDate>Sat, 04 Apr 2026 21:26:49 GMT</pubDate></item></channel></rss>",
		"declared wrongly":  `<?xml version="1.0" encoding="utf-16"?><rss><channel><title>F</title><link>https://news.example/</link><item><title>Café &amp; more</title><link>/a/1</link><pubDate>Sat, 04 Apr 2026 21:26:49 GMT</pubDate></item></channel></rss>`,
	} {
		f, err := Parse("https://news.example/feed", []byte(text), "")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if f.Title != "F" || f.Link != "https://news.example/" {
			t.Errorf("%s: title %q, link %q", name, f.Title, f.Link)
		}
		for i := range f.Items {
			f.Items[i].ID, f.Items[i].Updated = "", time.Time{}
		}
		items := f.Items[:min(1, len(f.Items))]
		if diff := cmp.Diff(want, items); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestParseEncodings(t *testing.T) {
	const text = `<rss><channel><title>F</title><item><title>Žluťoučký kůň</title><link>https://news.example/1</link></item></channel></rss>`
	latin2, err := charmap.ISO8859_2.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	bare, err := unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ body, contentType string }{
		"utf-8":       {text, ""},
		"declaration": {`<?xml version="1.0" encoding="iso-8859-2"?>` + latin2, "application/rss+xml"},
		"header":      {`<?xml version="1.0" encoding="utf-8"?>` + latin2, "text/xml; charset=iso-8859-2"},
		"mark":        {wide, "text/xml; charset=utf-8"},
		"no mark":     {bare, ""},
		"utf-8 bom":   {"\ufeff" + text, "text/xml; charset=iso-8859-1"},
	} {
		f, err := Parse("https://news.example/", []byte(c.body), c.contentType)
		if err != nil || len(f.Items) != 1 || f.Items[0].Title != "Žluťoučký kůň" {
			t.Errorf("%s: feed %+v, error %v", name, f, err)
		}
	}
}

func TestParseWhatIsNoFeed(t *testing.T) {
	for _, text := range []string{"", "<html><body><p>x</p></body></html>", "{}", "plain", "\x00\x01\x02", `<urlset></urlset>`} {
		if f, err := Parse("https://news.example/", []byte(text), "text/html"); err == nil {
			t.Errorf("%q is taken for a feed: %+v", text, f)
		}
	}
}

func TestItemAddress(t *testing.T) {
	const text = `<rss><channel><item><guid>https://news.example/by-guid</guid></item><item><guid isPermaLink="false">tag:1</guid></item>
		<item><link> /spaced </link></item><item><link>javascript:alert(1)</link></item><item><link>//other.example/x</link></item></channel></rss>`
	f, err := Parse("https://news.example/dir/feed", []byte(text), "")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, i := range f.Items {
		got = append(got, i.URL)
	}
	if diff := cmp.Diff([]string{"https://news.example/by-guid", "", "https://news.example/spaced", "", "https://other.example/x"}, got); diff != "" {
		t.Error(diff)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(`<rss><channel><item><link>/a</link></item>`, "text/xml; charset=iso-8859-2")
	f.Add(`<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="x"/></entry></feed>`, "")
	f.Add(`{"version":"https://jsonfeed.org/version/1","items":[{"url":"x"}]}`, "application/json")
	f.Fuzz(func(t *testing.T, text, contentType string) {
		feed, err := Parse("https://news.example/feed", []byte(text), contentType)
		if (feed == nil) == (err == nil) {
			t.Fatalf("feed %v, error %v", feed, err)
		}
		if feed == nil {
			return
		}
		for _, i := range feed.Items {
			if i.URL != "" && !strings.HasPrefix(i.URL, "http://") && !strings.HasPrefix(i.URL, "https://") {
				t.Errorf("address %q", i.URL)
			}
		}
	})
}
