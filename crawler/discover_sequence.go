package crawler

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
)

// A start such as https://news.example/intel/{id} stands for stories numbered in
// a row. {id:50193} says where to begin while no story is known.
var reSequence = regexp.MustCompile(`\{id(?::(\d{1,18}))?\}`)

// Limits of one look along a sequence.
const (
	maxMisses   = 20   // numbers in a row without a story, after which it ends
	maxSequence = 1000 // numbers asked for
)

// listingSequence is the kind of a start that is a sequence.
const listingSequence = "sequence"

// sequence asks for the numbers after the highest known one, over gaps, and
// yields those that are there. That there is nothing new is no error.
func (d *discovery) sequence(ctx context.Context, start string) error {
	if d.listing.Kind == "" {
		d.listing.Kind = listingSequence
	}
	first, err := d.firstOf(ctx, start)
	if err != nil {
		return err
	}
	misses := 0
	for n := first; misses < maxMisses && n < first+maxSequence; n++ {
		id := strconv.FormatInt(n, 10)
		address := reSequence.ReplaceAllLiteralString(start, id)
		page, err := d.c.FetchPage(ctx, d.src, Request{URL: address})
		d.listing.Visits = append(d.listing.Visits, ListingVisit{
			URL: address, At: page.At, Duration: page.Duration, Status: page.Status, Bytes: page.WireBytes, Err: err,
		})
		switch {
		case err != nil:
			return err
		case page.Status == http.StatusNotFound, page.Status == http.StatusGone, !strings.Contains(page.FinalURL, id):
			misses++
			continue
		case page.Status != http.StatusOK:
			return &FetchError{URL: address, Kind: KindStatus, Status: page.Status, Err: fmt.Errorf("HTTP %d", page.Status)}
		}
		misses = 0
		d.listing.Pages++
		if _, err := d.offer(Link{URL: address, ID: id, Via: listingSequence}); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// firstOf is the number to begin with: the one after the highest known, else
// the one that the start names.
func (d *discovery) firstOf(ctx context.Context, start string) (int64, error) {
	if d.c.highestID != nil {
		highest, err := d.c.highestID(ctx, d.src.Name)
		if err != nil {
			return 0, &FetchError{URL: start, Kind: KindInternal, Err: fmt.Errorf("looking up the highest known ID: %w", err)}
		}
		if highest > 0 {
			return highest + 1, nil
		}
	}
	if m := reSequence.FindStringSubmatch(start); m[1] != "" {
		return strconv.ParseInt(m[1], 10, 64)
	}
	return 0, &FetchError{URL: start, Kind: KindAddress, Err: errors.New("no story is known yet, so it needs a number to begin with, such as {id:50193}")}
}
