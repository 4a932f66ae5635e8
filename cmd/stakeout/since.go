package main

import (
	"time"

	"stakeout/filter"
	"stakeout/store"
)

// listed makes a store's filter of the flags of `list`.
func listed(source, since string) (store.Filter, error) {
	f := store.Filter{Source: source}
	if since == "" {
		return f, nil
	}
	t, err := parseSince(since, time.Now())
	f.Since = t
	return f, err
}

// parseSince reads a day, a time (RFC 3339), or an age such as 90m, 24h or 7d.
func parseSince(s string, now time.Time) (time.Time, error) {
	t, err := filter.Time(s, now)
	if err != nil {
		return t, badSince(s, now)
	}
	return t, nil
}

func badSince(s string, now time.Time) error {
	_, err := filter.Time("", now)
	return badUsage("--since: found %q, expected %v", s, err)
}
