package main

import (
	"errors"
	"fmt"
	"log/slog"
)

// logFormat is how a log is written: a flag's value.
type logFormat string

const (
	logText logFormat = "text"
	logJSON logFormat = "json"
)

func (f *logFormat) String() string {
	if *f == "" {
		return string(logText)
	}
	return string(*f)
}

func (f *logFormat) Type() string { return "FORMAT" }

func (f *logFormat) Set(value string) error {
	switch logFormat(value) {
	case logText, logJSON:
		*f = logFormat(value)
		return nil
	}
	return errors.New("expected text or json")
}

// log writes to stderr: warnings, or everything with --verbose.
func (a *app) log() *slog.Logger { return a.logFrom(slog.LevelWarn) }

// serviceLog is the log of what runs for long: a line a run beside the warnings.
func (a *app) serviceLog() *slog.Logger { return a.logFrom(slog.LevelInfo) }

// logFrom writes to stderr what is at least of a level; with --verbose everything.
func (a *app) logFrom(level slog.Level) *slog.Logger {
	if a.verbose {
		level = slog.LevelDebug
	}
	o := &slog.HandlerOptions{Level: level}
	if a.logFormat == logJSON {
		return slog.New(slog.NewJSONHandler(a.stderr, o))
	}
	return slog.New(slog.NewTextHandler(a.stderr, o))
}

// announce says on stderr what a person who started a service wants to know; in a
// log of JSON it is a line of that.
func (a *app) announce(format string, args ...any) {
	words := fmt.Sprintf(format, args...)
	if a.logFormat == logJSON {
		a.serviceLog().Info(words)
		return
	}
	fmt.Fprintln(a.stderr, words)
}
