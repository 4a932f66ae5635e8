package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"stakeout/evidence"
	"stakeout/export"
	"stakeout/store"
	"stakeout/story"
)

func (a *app) evidenceCommand() *cobra.Command {
	var output, sign string
	cmd := &cobra.Command{
		Use:   "evidence ID",
		Short: "One file that proves what a story said, and when",
		Long: `Writes a zip file with everything on record of a story: the pages as they came, the
server's answers, every version, what changed, the chain of hashes, and a page to read
it with. Whoever gets it needs no stakeout: check.py in it checks everything with
Python alone, README.txt says how by hand.

` + refHelp + exitHelp,
		Example: "  stakeout evidence whisperx/50193\n  stakeout evidence 50193 -o case-17.zip --sign head.key",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withStory(cmd.Context(), args[0], func(db *store.Store, key story.Key) error {
				return a.writeEvidence(cmd.Context(), db, key, output, sign)
			})
		},
	}
	cmd.Flags().StringVar(&sign, "sign", "", "sign its head with the private key in `FILE`, of stakeout keys or openssl")
	cmd.Flags().StringVarP(&output, "output", "o", "", "write to `FILE` (default: evidence-SOURCE-ID.zip)")
	return cmd
}

func (a *app) writeEvidence(ctx context.Context, db *store.Store, key story.Key, output, sign string) error {
	if output == "" {
		output = "evidence-" + export.SafeName(key.Source) + "-" + export.SafeName(key.ID) + ".zip"
	}
	if err := export.WriteFile(output, func(w io.Writer) error { return evidence.Write(ctx, w, db, key, sign, time.Now()) }); err != nil {
		return err
	}
	if a.json {
		return a.printJSON(map[string]string{"file": output})
	}
	fmt.Fprintf(a.stderr, "%s: unpack it, then: python3 check.py\n", strings.TrimPrefix(output, "./"))
	return nil
}
