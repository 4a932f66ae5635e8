package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"stakeout/configs"
	"stakeout/store"
)

// usageError is wrong usage or configuration: exit status 2.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

// badUsage returns a usageError.
func badUsage(format string, args ...any) error { return &usageError{fmt.Errorf(format, args...)} }

// errSaid is a failure that stderr already told of: exit status 1, no more words.
var errSaid = errors.New("it failed, as said above")

// hinted is an error with what to do next.
type hinted struct {
	error
	hint string
}

func (h hinted) Unwrap() error { return h.error }

// withHint adds what to do next to an error.
func withHint(err error, format string, args ...any) error {
	return hinted{err, fmt.Sprintf(format, args...)}
}

// hintOf is what to do next about an error of a command; "" where its own words
// say it.
func hintOf(err error, cmd *cobra.Command) string {
	var h hinted
	var ambiguous *store.AmbiguousError
	var problems configs.Problems
	var usage *usageError
	switch {
	case errors.As(err, &h):
		return h.hint
	case errors.As(err, &ambiguous) && len(ambiguous.Keys) > 0:
		return fmt.Sprintf("name the source as well: %s", ambiguous.Keys[0])
	case errors.Is(err, store.ErrNotFound):
		return "stakeout list shows what is on record, stakeout search WORDS finds it"
	case errors.As(err, &problems):
		return "mend what is named, then: stakeout check; stakeout help schedule and stakeout help rules explain the values"
	case errors.As(err, &usage):
		return cmd.CommandPath() + " --help"
	}
	return ""
}
