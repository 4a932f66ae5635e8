package crawler

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"stakeout/extract"
	"stakeout/story"
)

// A start such as https://news.example/intel/{id} stands for stories numbered in
// a row. {id:50193} says where to begin while no story is known.
var reSequence = regexp.MustCompile(`\{id(?::(\d{1,18}))?\}`)

// maxSequence is how many numbers one look along a sequence asks for.
const maxSequence = 1000

// listingSequence is the kind of a start that is a sequence.
const listingSequence = "sequence"

// sequence asks for the numbers after the highest known one, over gaps, and
// yields those that are there. That there is nothing new is no error.
func (d *discovery) sequence(ctx context.Context, start string) error {
	if d.listing.Kind == "" {
		d.listing.Kind = listingSequence
	}
	d.listing.Partial = true
	first, known, err := d.firstOf(ctx, start)
	if err != nil {
		return err
	}
	misses, found, reason := 0, 0, ""
	for n := first; misses < d.src.Misses && n < first+maxSequence; n++ {
		id := strconv.FormatInt(n, 10)
		address := reSequence.ReplaceAllLiteralString(start, id)
		page, err := d.c.FetchPage(ctx, d.src, Request{URL: address})
		there, unread := false, ""
		if err == nil {
			there, unread, err = d.isThere(page, id)
		}
		reason = cmp.Or(reason, unread)
		if !there {
			d.listing.Visits = append(d.listing.Visits, ListingVisit{
				URL: address, At: page.At, Duration: page.Duration, Status: page.Status, Bytes: page.WireBytes, Err: err,
			})
		}
		if err != nil {
			return err
		}
		if !there {
			misses++
			continue
		}
		misses = 0
		found++
		d.listing.Pages++
		d.c.ahead.put(d.src.Name, page) // so that its visit needn't ask again
		if _, err := d.offer(Link{URL: address, ID: id, Via: listingSequence}); err != nil {
			return err
		}
	}
	if found == 0 && !known && reason != "" {
		return &FetchError{URL: start, Kind: KindContent, Err: fmt.Errorf("no page from number %d on reads as a story: %s", first, reason)}
	}
	return ctx.Err()
}

// isThere reports whether a page is one of a sequence's stories; unread says why one
// that was answered well is none, as some sites serve an empty frame. An error
// means that the page doesn't tell, and that the next won't either.
func (d *discovery) isThere(page Page, id string) (there bool, unread string, err error) {
	switch {
	case page.Status == http.StatusNotFound, page.Status == http.StatusGone, !strings.Contains(page.FinalURL, id):
		return false, "", nil
	case page.Status != http.StatusOK:
		return false, "", &FetchError{URL: page.URL, Kind: KindStatus, Status: page.Status, Err: fmt.Errorf("HTTP %d", page.Status)}
	}
	trouble := extract.Read(extract.Page{URL: page.FinalURL, ContentType: page.ContentType, Body: page.Body}, d.src.Rules, nil).Trouble
	switch trouble.Outcome {
	case story.Gone:
		return false, "", nil
	case story.Blocked:
		return false, "", &FetchError{URL: page.URL, Kind: KindContent, Status: page.Status, Err: errors.New(trouble.Reason)}
	case story.Unreadable:
		return false, trouble.Reason, nil
	}
	return true, "", nil
}

// firstOf is the number to begin with: the one after the highest known, else
// the one that the start names.
func (d *discovery) firstOf(ctx context.Context, start string) (first int64, known bool, err error) {
	if d.c.highestID != nil {
		highest, err := d.c.highestID(ctx, d.src.Name)
		if err != nil {
			return 0, false, &FetchError{URL: start, Kind: KindInternal, Err: fmt.Errorf("looking up the highest known ID: %w", err)}
		}
		if highest > 0 {
			return highest + 1, true, nil
		}
	}
	if m := reSequence.FindStringSubmatch(start); m[1] != "" {
		first, err = strconv.ParseInt(m[1], 10, 64)
		return first, false, err
	}
	return 0, false, &FetchError{URL: start, Kind: KindAddress, Err: errors.New("no story is known yet, so it needs a number to begin with, such as {id:50193}")}
}
