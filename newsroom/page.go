package newsroom

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"strings"
	"time"
)

//go:embed pages/*.html
var pageFiles embed.FS

var pages = template.Must(template.ParseFS(pageFiles, "pages/*.html"))

// storyPage is what the layouts print.
type storyPage struct {
	Churn *churn
	Desk  Desk
	Site  string

	ID, URL, StatedURL, Headline, ShareTitle, Lead string
	Standfirst                                     string
	Paragraphs, Rest                               []template.HTML // Rest is without the standfirst
	Publisher, Sector, Credibility, TagLine        string
	Tags, Authors                                  []string
	Published                                      time.Time
	PublishedRFC, PublishedPlain                   string
	UpdatedRFC, UpdatedPlain                       string
	Plainer                                        bool
	JSONLD                                         map[string]any
	Year                                           int

	Related, MostRead []teaser
	Comments          []comment
}

// teaser is a story as other pages show it.
type teaser struct {
	Path, Headline, Lead, Credibility string
	Published                         time.Time
	PublishedRFC, Clock               string
}

type comment struct{ Name, Ago, Says string }

// Slug is a name as addresses have it.
func (storyPage) Slug(name string) string {
	return strings.ReplaceAll(strings.ToLower(name), " ", "-")
}

func teaserOf(p *piece) teaser {
	return teaser{Path: p.path, Headline: p.headline.String(), Lead: p.body()[0], Credibility: p.credibility,
		Published: p.published, PublishedRFC: p.published.Format(time.RFC3339), Clock: p.published.Format("15:04")}
}

// plainTime is the layout of times that carry no offset, and are in UTC.
const plainTime = "2006-01-02 15:04:05"

// storyPage makes a story's page ready for printing. The caller holds n.mu.
func (n *Newsroom) storyPage(p *piece, base string, c *churn) storyPage {
	body := p.body()
	v := storyPage{Churn: c, Desk: p.desk.Desk, Site: p.desk.title, ID: p.id, URL: base + p.path, StatedURL: p.stated,
		Headline: p.headline.String(), ShareTitle: p.shareTitle, Lead: body[0], Standfirst: body[0],
		Publisher: p.publisher, Sector: p.sector, Credibility: p.credibility, Tags: p.tags, TagLine: strings.Join(p.tags, ", "),
		Authors: p.authors, Published: p.published, PublishedRFC: p.published.Format(time.RFC3339),
		PublishedPlain: p.published.Format(plainTime), Plainer: p.plainer, Year: p.published.Year()}
	if v.StatedURL == "" {
		v.StatedURL = v.URL
	}
	if v.ShareTitle == "" {
		v.ShareTitle = v.Headline
	}
	if !p.updated.IsZero() {
		v.UpdatedRFC, v.UpdatedPlain = p.updated.Format(time.RFC3339), p.updated.Format("2 January 2006, 15:04")
	}
	for i, s := range body {
		v.Paragraphs = append(v.Paragraphs, c.paragraph(p, p.paragraphs[i].tag, s))
	}
	v.Rest = v.Paragraphs[1:]
	v.Related, v.MostRead = n.others(p, c, 4), n.others(p, c, 5)
	v.Comments = c.comments()
	v.JSONLD = p.jsonLD(v)
	return v
}

// jsonLD describes a story to machines, as newspapers do.
func (p *piece) jsonLD(v storyPage) map[string]any {
	var people []map[string]string
	for _, a := range p.authors {
		people = append(people, map[string]string{"@type": "Person", "name": a})
	}
	ld := map[string]any{
		"@context": "https://schema.org", "@type": "NewsArticle", "headline": v.Headline, "description": v.Lead,
		"datePublished": v.PublishedRFC, "author": people, "articleSection": p.sector, "keywords": p.tags,
		"mainEntityOfPage": v.URL, "inLanguage": "en-GB", "isAccessibleForFree": true,
		"publisher": map[string]any{"@type": "NewsMediaOrganization", "name": v.Site},
	}
	if v.UpdatedRFC != "" {
		ld["dateModified"] = v.UpdatedRFC
	}
	return ld
}

// others are some other stories of the desk, other ones on each response.
func (n *Newsroom) others(p *piece, c *churn, count int) []teaser {
	var out []teaser
	l := n.listed(p.desk)
	for _, i := range c.rng.Perm(len(l)) {
		if len(out) < count && l[i] != p {
			out = append(out, teaserOf(l[i]))
		}
	}
	return out
}

func (c *churn) comments() []comment {
	says := []string{
		"I was there and it was louder than this.", "Who pays for it in the end?", "Well written, thank you.",
		"They said the same five years ago.", "Can somebody explain the second paragraph?",
	}
	var out []comment
	for range c.rng.IntN(4) {
		out = append(out, comment{firstNames[c.rng.IntN(len(firstNames))], plural(1+c.rng.IntN(50), "minute"), says[c.rng.IntN(len(says))]})
	}
	return out
}

// reply sends a page of a template.
func reply(w http.ResponseWriter, status int, name string, data any) {
	b := render(name, data)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	w.Write(b) // an error means that the reader has left
}

func render(name string, data any) []byte {
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, name, data); err != nil {
		panic("newsroom: " + err.Error()) // the templates are ours, a test prints each
	}
	return b.Bytes()
}
