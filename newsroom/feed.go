package newsroom

import (
	"encoding/xml"
	"fmt"
	"hash/fnv"
	"net/http"
	"time"
)

type rss struct {
	XMLName xml.Name  `xml:"rss"`
	Version string    `xml:"version,attr"`
	Title   string    `xml:"channel>title"`
	Link    string    `xml:"channel>link"`
	TTL     int       `xml:"channel>ttl"`
	Items   []rssItem `xml:"channel>item"`
}

type rssItem struct {
	Title       string `xml:"title"`
	Link        string `xml:"link"`
	GUID        string `xml:"guid"`
	PubDate     string `xml:"pubDate"`
	Description string `xml:"description"`
}

// feedItems is how many stories a feed has, as most do.
const feedItems = 20

// feed serves a desk's RSS feed, with an honest strong ETag.
func (n *Newsroom) feed(w http.ResponseWriter, r *http.Request, d *desk, base string) {
	f := rss{Version: "2.0", Title: d.title, Link: base + d.ListingPath, TTL: 15}
	for _, p := range n.listed(d)[:min(feedItems, len(n.listed(d)))] {
		f.Items = append(f.Items, rssItem{Title: p.headline.String(), Link: base + p.path, GUID: base + p.path,
			PubDate: p.published.Format(time.RFC1123Z), Description: p.body()[0]})
	}
	b := marshal(f)
	h := fnv.New64a()
	h.Write(b)
	tag := fmt.Sprintf(`"%x"`, h.Sum64())
	w.Header().Set("ETag", tag)
	w.Header().Set("Content-Type", "application/rss+xml; charset=utf-8")
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Write(b) // an error means that the reader has left
}

type sitemap struct {
	XMLName xml.Name     `xml:"urlset"`
	NS      string       `xml:"xmlns,attr"`
	NewsNS  string       `xml:"xmlns:news,attr"`
	URLs    []sitemapURL `xml:"url"`
}

type sitemapURL struct {
	Loc       string `xml:"loc"`
	LastMod   string `xml:"lastmod"`
	Name      string `xml:"news:news>news:publication>news:name"`
	Language  string `xml:"news:news>news:publication>news:language"`
	Published string `xml:"news:news>news:publication_date"`
	Title     string `xml:"news:news>news:title"`
}

// sitemap serves a desk's news sitemap.
func (n *Newsroom) sitemap(w http.ResponseWriter, d *desk, base string) {
	s := sitemap{NS: "http://www.sitemaps.org/schemas/sitemap/0.9", NewsNS: "http://www.google.com/schemas/sitemap-news/0.9"}
	for _, p := range n.listed(d) {
		s.URLs = append(s.URLs, sitemapURL{base + p.path, p.edited.Format(time.RFC3339), d.title, "en",
			p.published.Format(time.RFC3339), p.headline.String()})
	}
	w.Header().Set("Content-Type", "application/xml; charset=utf-8")
	w.Write(marshal(s)) // an error means that the reader has left
}

func marshal(v any) []byte {
	b, err := xml.MarshalIndent(v, "", " ")
	if err != nil {
		panic("newsroom: " + err.Error()) // types that always marshal
	}
	return append([]byte(xml.Header), b...)
}
