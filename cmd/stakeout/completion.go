package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"stakeout/export"
	"stakeout/history"
	"stakeout/store"
	"stakeout/story"
	"stakeout/terminal"
)

// shells are those that completion is written for.
var shells = []string{"bash", "zsh", "fish", "powershell"}

func (a *app) completionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "Completion for bash, zsh, fish or powershell",
		Long: `Prints what makes a shell complete commands, flags, the names of sources and the
IDs of stories on record.
` + exitHelp,
		Example: `  stakeout completion bash > /etc/bash_completion.d/stakeout
  stakeout completion zsh > "${fpath[1]}/_stakeout"
  stakeout completion fish > ~/.config/fish/completions/stakeout.fish
  stakeout completion powershell >> $PROFILE`,
		Args:      cobra.MatchAll(cobra.ExactArgs(1), cobra.OnlyValidArgs),
		ValidArgs: shells,
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(a.stdout, true)
			case "zsh":
				return root.GenZshCompletion(a.stdout)
			case "fish":
				return root.GenFishCompletion(a.stdout, true)
			default:
				return root.GenPowerShellCompletionWithDesc(a.stdout)
			}
		},
	}
}

// completeAll gives the commands below root what their arguments and flags are
// completed with.
func (a *app) completeAll(root *cobra.Command) {
	arguments := map[string]cobra.CompletionFunc{
		"crawl": a.completeSources, "reextract": a.completeSources,
		"show": a.completeStory, "log": a.completeStory, "diff": a.completeStory, "blame": a.completeStory,
		"evidence": a.completeStory, "forget": a.completeStory,
		"list": cobra.NoFileCompletions, "check": cobra.NoFileCompletions, "search": cobra.NoFileCompletions, "sources": cobra.NoFileCompletions,
	}
	flags := map[string]cobra.CompletionFunc{
		"source": a.completeSources,
		"format": fixed(history.Formats...), "what": fixed(history.Whats...), "class": fixed(classNames()...),
		"event":  fixed(story.EventNew, story.EventChanged, story.EventRemoved, story.EventRestored, story.EventMoved),
		"status": fixed(story.Live, story.Removed),
		"tlp":    fixed(export.Clear, export.Green, export.Amber, export.Red),
	}
	if err := root.RegisterFlagCompletionFunc("log-format", fixed(logText, logJSON)); err != nil {
		panic(err) // two of one name
	}
	for _, c := range root.Commands() {
		if complete := arguments[c.Name()]; complete != nil {
			c.ValidArgsFunction = complete
		}
		for name, complete := range flags {
			if c.Flags().Lookup(name) == nil {
				continue
			}
			if err := c.RegisterFlagCompletionFunc(name, complete); err != nil {
				panic(err) // two of one name
			}
		}
	}
}

// fixed completes with words that are always the same.
func fixed[S ~string](words ...S) cobra.CompletionFunc {
	var all []cobra.Completion
	for _, w := range words {
		all = append(all, string(w))
	}
	return cobra.FixedCompletions(all, cobra.ShellCompDirectiveNoFileComp)
}

func classNames() []string {
	var all []string
	for _, c := range story.Classes {
		all = append(all, string(c))
	}
	return all
}

// completeSources completes with the names of the configuration's sources, each
// with where it begins.
func (a *app) completeSources(_ *cobra.Command, args []string, toComplete string) ([]cobra.Completion, cobra.ShellCompDirective) {
	cfg, err := a.config()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var all []cobra.Completion
	for _, src := range cfg.Sources {
		if strings.HasPrefix(src.Name, toComplete) && !slices.Contains(args, src.Name) {
			all = append(all, cobra.CompletionWithDesc(src.Name, src.Start[0]))
		}
	}
	return all, cobra.ShellCompDirectiveNoFileComp
}

// Completing must not keep anybody waiting.
const (
	completionTime = 2 * time.Second
	completedMost  = 100 // stories
)

// completeStory completes a first argument with the stories on record, the latest
// changed first: by their bare IDs, or by source/id once there is a slash.
func (a *app) completeStory(cmd *cobra.Command, args []string, toComplete string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	ctx, cancel := context.WithTimeout(cmd.Context(), completionTime)
	defer cancel()
	var all []cobra.Completion
	_ = a.withHistory(ctx, func(db *store.Store) error { // nothing on record completes nothing
		for s, err := range db.Stories(ctx, store.Filter{}) {
			if err != nil || len(all) == completedMost {
				return err
			}
			for _, ref := range []string{s.ID, fmt.Sprintf("%s/%s", s.Source, s.ID)} {
				if strings.HasPrefix(ref, toComplete) {
					all = append(all, cobra.CompletionWithDesc(ref, terminal.Safe(s.Headline)))
					break
				}
			}
		}
		return nil
	})
	return all, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
}
