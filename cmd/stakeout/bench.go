package main

import "github.com/spf13/cobra"

// benchCommand holds the measurements that anyone can repeat.
func (a *app) benchCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "bench",
		Short:   "Measure the program itself",
		Long:    "Measurements that anyone can repeat; docs/benchmarks.md says what they showed.\n" + exitHelp,
		Example: "  stakeout bench --help",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.benchRecheckCommand())
	for _, c := range cmd.Commands() {
		c.Args = asUsage(c.Args)
	}
	return cmd
}
