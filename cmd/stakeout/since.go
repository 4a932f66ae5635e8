package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"stakeout/store"
)

// filter makes a store's filter of the flags.
func filter(source, since string) (store.Filter, error) {
	f := store.Filter{Source: source}
	if since == "" {
		return f, nil
	}
	t, err := parseSince(since, time.Now())
	if err != nil {
		return f, err
	}
	f.Since = t
	return f, nil
}

// parseSince reads a day, a time (RFC 3339), or an age such as 90m, 24h or 7d.
func parseSince(s string, now time.Time) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, nil
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, s, time.UTC); err == nil {
			return t, nil
		}
	}
	if days, ok := strings.CutSuffix(s, "d"); ok {
		if n, err := strconv.Atoi(days); err == nil && n >= 0 {
			return now.AddDate(0, 0, -n), nil
		}
	}
	if d, err := time.ParseDuration(s); err == nil && d >= 0 {
		return now.Add(-d), nil
	}
	return time.Time{}, badUsage("--since: found %q, expected %s", s, fmt.Sprintf("a day such as %s, a time (RFC 3339), or an age such as 24h or 7d", now.UTC().Format(time.DateOnly)))
}
