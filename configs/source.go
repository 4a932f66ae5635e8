// Package configs reads the YAML configuration into checked Sources. It touches
// neither network nor database: what it accepts can be checked offline.
package configs

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"stakeout/extract"
	"stakeout/jsonpath"
	"stakeout/scheduler"
	"stakeout/weburl"
)

// Config is a whole configuration: one file, or a folder of them.
type Config struct {
	// Database is a SQLite file's path or a Postgres database's URL. Defaults to "stakeout.db".
	Database string
	// Contact is a URL or mail address that goes into the User-Agent.
	Contact string
	// Web is how the page and the API are served.
	Web Web
	// Exports are written by `run` on schedules of their own.
	Exports []Export
	// Notify are the rules of whom to tell of what, in the order of the files.
	Notify []Notify
	// Rechecks bound the re-checks of all sources together. Defaults to no bound.
	Rechecks Rechecks
	// Sources are in order of their names.
	Sources []*Source
}

// Source is something to watch: where its story links are found, how its pages
// are read, when it is visited.
type Source struct {
	Name string
	// Start lists addresses of listing pages, feeds, sitemaps or stories, told
	// apart by content. Never empty.
	Start []string
	// Hosts are further hosts that story links may lead to.
	Hosts []string
	// Stories says which links are stories; its group "id", where there is one,
	// is the story's ID. Nil means found automatically.
	Stories *regexp.Regexp
	// Next is the selector of a listing's link to its next page; "" means found
	// automatically. Pages is how many further listing pages are read at most.
	// Defaults to 5.
	Next  string
	Pages int
	// Misses is how many numbers in a row without a story end a look along a start
	// with {id}. Defaults to 20.
	Misses int
	// Of a listing that is JSON: where its items are, where each one's address
	// is, and where it says what comes next. Nil means found automatically.
	Items    *jsonpath.Path
	Link     *jsonpath.Template
	NextPath *jsonpath.Path
	// Schedule is when listings are collected; nil means by `crawl` only.
	Schedule *scheduler.Schedule
	// Windows are when the source is watched at all; none means always. They
	// don't bind `crawl`.
	Windows []scheduler.Window
	// Paused keeps the service off the source. Defaults to false.
	Paused bool
	// Recheck is when known stories are looked at again.
	Recheck Recheck
	// Delay is the least time between two requests to one host. Defaults to 2 s.
	Delay time.Duration
	// Parallel is how many requests may be under way to one host. Defaults to 1.
	Parallel int
	// IgnoreRobots is true for `robots: ignore`. Defaults to false.
	IgnoreRobots bool
	// IgnoreHints is true for `hints: ignore`: scheduled runs read feeds and
	// sitemaps however seldom they say that they change. Defaults to false.
	IgnoreHints bool
	// Private allows loopback and private addresses. Defaults to false.
	Private bool
	// Render reads pages through headless Chromium. Defaults to false.
	Render bool
	// Session is how the source makes itself known. Defaults to nothing sent.
	Session Session
	// Budget bounds what the source asks of its site. Defaults to no bound.
	Budget Budget
	// Rules are the compiled `fields` and `drop`; never nil.
	Rules *extract.Rules

	// File and Line say where the source is set, for messages.
	File string
	Line int
}

// Defaults of a source, as the contract has them.
const (
	DefaultDatabase = "stakeout.db"
	DefaultDelay    = 2 * time.Second
	DefaultParallel = 1
	DefaultPages    = 5
	DefaultMisses   = 20
)

// StoryID is the ID that the pattern of stories finds in an address: its group
// "id"; "" where there is no such group, or no match.
func (s *Source) StoryID(address string) string {
	if s.Stories == nil {
		return ""
	}
	i := s.Stories.SubexpIndex("id")
	if i < 0 {
		return ""
	}
	m := s.Stories.FindStringSubmatch(address)
	if m == nil {
		return ""
	}
	return m[i]
}

// Watches reports whether an address is one of the source's stories: on a host
// of its own, and matched by its pattern of stories.
func (s *Source) Watches(address string) bool {
	if s.Stories == nil || !s.Stories.MatchString(address) {
		return false
	}
	host := weburl.Host(address)
	own := func(start string) bool { return weburl.Host(start) == host }
	return slices.ContainsFunc(s.Start, own) || slices.ContainsFunc(s.Hosts, func(h string) bool { return strings.EqualFold(h, host) })
}
