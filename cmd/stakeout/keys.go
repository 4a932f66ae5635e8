package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"stakeout/evidence"
)

func (a *app) keysCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "keys FILE",
		Short: "Make a pair of keys to sign heads with",
		Long: `Writes a new Ed25519 private key to FILE, readable by you alone, and its public key
to FILE.pub, both in PEM, as openssl reads and writes them. verify --head --sign FILE
signs with it, verify --against HEAD --key FILE.pub checks. Files that exist are left
alone. Give the public key away; whoever has the private one can sign in your name.
` + exitHelp,
		Example: "  stakeout keys head.key\n  stakeout verify --head --sign head.key > head.json\n  stakeout verify --against head.json --key head.key.pub",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			public, err := evidence.WriteKeys(args[0])
			if err != nil {
				return withHint(err, "name a new file")
			}
			fmt.Fprintf(a.stderr, "%s signs, %s checks\n", args[0], public)
			return nil
		},
	}
}
