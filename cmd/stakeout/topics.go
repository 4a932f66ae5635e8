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
