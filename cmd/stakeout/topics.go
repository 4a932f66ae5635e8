package main

import (
	"embed"
	"strings"

	"github.com/spf13/cobra"
)

// topics are what `stakeout help TOPIC` tells beside the commands.
var topics = []struct{ name, short string }{
	{"schedule", "When sources are read and stories looked at again"},
	{"rules", "Where a page's fields are found"},
	{"classes", "How a change is graded"},
	{"formats", "What an export is written as"},
	{"filters", "Which stories and changes are meant, in one line"},
}

//go:embed topics/*.txt
var topicTexts embed.FS

// helpCommand explains a command or a topic; one that isn't there is wrong usage.
func helpCommand(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:     "help [COMMAND|TOPIC]",
		Short:   "Help about a command or a topic",
		Long:    "Explains a command, or one of the topics that stakeout --help lists.\n" + exitHelp,
		Example: "  stakeout help crawl\n  stakeout help schedule",
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
			var names []cobra.Completion
			for _, c := range root.Commands() {
				if len(args) == 0 {
					names = append(names, cobra.CompletionWithDesc(c.Name(), c.Short))
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			c, _, err := root.Find(args)
			if err != nil || c == root && len(args) > 0 {
				return withHint(badUsage("help %s: found no command or topic of that name", strings.Join(args, " ")), "%sstakeout --help lists them", meant(root, args[0]))
			}
			return c.Help()
		},
	}
}

// addTopics adds the topics: commands that do nothing but help.
func addTopics(root *cobra.Command) {
	root.SetUsageTemplate(strings.Replace(root.UsageTemplate(), "{{rpad .CommandPath .CommandPathPadding}} {{.Short}}",
		"{{.Parent.Name}} help {{rpad .Name .NamePadding}} {{.Short}}", 1))
	for _, t := range topics {
		text, err := topicTexts.ReadFile("topics/" + t.name + ".txt")
		if err != nil {
			panic(err) // it is embedded
		}
		c := &cobra.Command{Use: t.name, Short: t.short, Long: strings.TrimSpace(string(text))}
		c.SetHelpTemplate("{{.Long}}\n")
		root.AddCommand(c)
	}
}
