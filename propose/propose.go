// Package propose looks at a site and proposes a source configuration for it:
// where its stories are listed, which links are stories, and rules for the
// fields that give, on several of its stories, what the automatic reader found.
//
// It proposes short selectors that name what an element is, and no generated
// class names; what no such rule gives is left to be found automatically.
package propose

import (
	"context"
	"fmt"
	"net/url"

	"stakeout/configs"
	"stakeout/crawler"
	"stakeout/extract"
	"stakeout/story"
)

// Fetcher finds story links and fetches pages; *crawler.Crawler is one.
type Fetcher interface {
	FetchPage(ctx context.Context, src *configs.Source, r crawler.Request) (crawler.Page, error)
	Discover(ctx context.Context, src *configs.Source, yield func(crawler.Link) error) (crawler.Listing, error)
}

// Proposal is a source as proposed, and what it was proposed from.
type Proposal struct {
	Source  *configs.Source
	Name    string // the source's in the configuration
	Kind    string // of the start: listing, feed, sitemap, story
	Listed  int    // stories found
	Stories string // the pattern; "" where no two stories were found
	Rules   []Rule
	Samples []Sample
}

// Rule is a proposed rule of a field.
type Rule struct {
	Field string
	Rule  extract.Rule
	Gives int // on how many samples it gives what the reader found
	Of    int // of how many where the reader found anything
}

// Sample is a story that was read.
type Sample struct {
	URL     string
	Reading story.Reading
	page    extract.Page
}

// maxSamples is how many stories are read for a proposal.
const maxSamples = 8

// Propose looks at an address: a listing, feed, sitemap or story.
func Propose(ctx context.Context, fetch Fetcher, src *configs.Source) (Proposal, error) {
	p := Proposal{Source: src, Name: Name(src)}
	var links []crawler.Link
	listing, err := fetch.Discover(ctx, src, func(l crawler.Link) error {
		links = append(links, l)
		return nil
	})
	if err != nil && len(links) == 0 {
		return p, err
	}
	p.Kind, p.Listed = listing.Kind, len(links)
	var addresses []string
	for _, l := range links {
		addresses = append(addresses, l.URL)
	}
	p.Stories = Pattern(addresses)
	if err := p.sample(ctx, fetch, addresses); err != nil {
		return p, err
	}
	if len(p.Samples) == 0 {
		return p, fmt.Errorf("%s: found %d links that look like stories, expected at least one that reads as one", src.Start[0], len(links))
	}
	p.rules()
	return p, nil
}

// sample reads up to maxSamples stories, spread over what is listed.
func (p *Proposal) sample(ctx context.Context, fetch Fetcher, addresses []string) error {
	step := max(1, len(addresses)/maxSamples)
	for i := 0; i < len(addresses) && len(p.Samples) < maxSamples; i += step {
		page, err := fetch.FetchPage(ctx, p.Source, crawler.Request{URL: addresses[i]})
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil || page.Status != 200 {
			continue
		}
		s := Sample{URL: addresses[i], page: extract.Page{URL: page.FinalURL, ContentType: page.ContentType, Body: page.Body}}
		s.Reading = extract.Read(s.page, nil, nil)
		if s.Reading.Trouble == (story.Trouble{}) {
			p.Samples = append(p.Samples, s)
		}
	}
	return nil
}

// Name names a source after its host, without www, dots kept.
func Name(src *configs.Source) string {
	u, err := url.Parse(src.Start[0])
	if err != nil {
		return src.Name
	}
	if host := u.Hostname(); len(host) > 4 && host[:4] == "www." && u.Port() == "" {
		return host[4:]
	}
	return src.Name
}
