package main

import (
	"strings"
	"time"

	"github.com/spf13/cobra"

	"stakeout/filter"
)

// filterFlags are the conditions of a filter, as flags and as one line of text.
type filterFlags struct {
	where             string
	single            map[string]*[]string
	silent, disclosed bool
}

// filterHelp explains a filter.
const filterHelp = `
A filter is a line of conditions: source:NAME id:ID class:fact event:removed
field:headline fact:amount disclosed:no tag:"Labor Strike" sector:World
author:"Ann Lee" publisher:X credibility:unverified status:live language:en
since:7d until:2026-04-05 word "a phrase"; a - before one excludes. Conditions of
one key are alternatives, all others must hold together. Asked of stories,
conditions on changes mean the stories that such a change touched.
`

// filterKeys are the conditions that have a flag of their own.
var filterKeys = []struct{ key, help string }{
	{"source", "only this source"},
	{"tag", "only with this tag; of several, each"},
	{"sector", "only in this sector"},
	{"class", "only changes of this class: correction, fact, deleted, added, reordered, wording, typo, metadata, reverted"},
	{"credibility", "only of this credibility"},
	{"status", "live or removed"},
	{"event", "only these events: new, changed, removed, restored, moved"},
	{"text", "only with these words"},
}

func (f *filterFlags) add(cmd *cobra.Command) {
	f.single = map[string]*[]string{}
	flags := cmd.Flags()
	for _, k := range filterKeys {
		f.single[k.key] = flags.StringArray(k.key, nil, k.help)
	}
	flags.BoolVar(&f.silent, "silent", false, "only changes that the publisher did not tell its readers of")
	flags.BoolVar(&f.disclosed, "disclosed", false, "only changes that it told")
	flags.StringVar(&f.where, "where", "", "a `FILTER` in one line")
}

// filter is what the flags say together.
func (f *filterFlags) filter(now time.Time) (filter.Filter, error) {
	all, err := filter.Parse(f.where, now)
	if err != nil {
		return all, badUsage("--where: %v", err)
	}
	and := func(key, value string) error {
		one, err := filter.Of(key, value, now)
		if err != nil {
			return badUsage("--%s: %s", key, strings.TrimPrefix(err.Error(), "filter, at 1: "))
		}
		all = all.And(one)
		return nil
	}
	for _, k := range filterKeys {
		for _, v := range *f.single[k.key] {
			if err := and(k.key, v); err != nil {
				return all, err
			}
		}
	}
	if f.silent {
		err = and("disclosed", "no")
	}
	if f.disclosed && err == nil {
		err = and("disclosed", "yes")
	}
	return all, err
}
