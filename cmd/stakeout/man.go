package main

import (
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

func (a *app) manCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "man FOLDER",
		Short: "Write the manual pages into a folder",
		Long: `Writes a manual page for stakeout and for each of its commands into a folder that
is there: stakeout.1, stakeout-crawl.1 and so on.
` + exitHelp,
		Example: "  stakeout man /usr/local/share/man/man1\n  man stakeout-crawl",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			info, err := os.Stat(args[0])
			if err != nil || !info.IsDir() {
				return withHint(fmt.Errorf("man: %s is no folder", args[0]), "make it first: mkdir -p %s", args[0])
			}
			at := time.Now()
			if revised, err := time.Parse(time.RFC3339, buildOf().RevisionAt); err == nil {
				at = revised // the same bytes whenever it is run
			}
			root := cmd.Root()
			root.DisableAutoGenTag = true
			return doc.GenManTree(root, &doc.GenManHeader{Title: "STAKEOUT", Section: "1", Source: "stakeout " + version(), Manual: "stakeout", Date: &at}, args[0])
		},
	}
}
