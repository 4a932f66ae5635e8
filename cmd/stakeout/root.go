package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"stakeout/configs"
	"stakeout/store"
	"stakeout/terminal"
	"stakeout/web"
)

// app is what every command shares: the streams, and the flags of the root.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	env            func(string) string

	configPath string
	configSet  bool
	database   string
	json       bool
	verbose    bool
	logFormat  logFormat
	tally      web.Tally                                // of the visits of a service
	queue      func(context.Context) (web.Queue, error) // that workers share; nil for none
}

// defaultConfig is the folder that is read where --config is not given.
const defaultConfig = "configs"

const exitHelp = `
Exit status: 0 done; 1 something failed, stderr says what and what to do;
2 wrong usage or configuration.
`

func (a *app) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "stakeout",
		Short: "Watches what sites publish, and what they quietly change afterwards",
		Long: `stakeout collects stories and intel cards on a schedule, records every change
in SQLite, and shows, diffs and exports what was collected.

Start with:  stakeout demo
` + exitHelp,
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
		PersistentPreRun: func(cmd *cobra.Command, _ []string) {
			a.configSet = cmd.Flags().Changed("config")
		},
	}
	flags := root.PersistentFlags()
	flags.StringVar(&a.configPath, "config", defaultConfig, "configuration `FILE|DIR`; of a folder every *.yaml directly in it is read")
	flags.StringVar(&a.database, "db", "", "database: a SQLite `FILE`, or postgres://user:password@host/name (default: the configuration's database, else stakeout.db)")
	flags.BoolVar(&a.json, "json", false, "print JSON: one value, or one a line")
	flags.BoolVarP(&a.verbose, "verbose", "v", false, "log what is being done, on stderr")
	flags.Var(&a.logFormat, "log-format", "log as text or json")
	root.SetVersionTemplate(buildOf().String())
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return withHint(&usageError{err}, "%s --help", cmd.CommandPath())
	})
	root.AddCommand(
		a.demoCommand(), a.crawlCommand(), a.runCommand(), a.workerCommand(), a.initCommand(), a.tryCommand(), a.checkCommand(),
		a.listCommand(), a.showCommand(), a.logCommand(), a.diffCommand(), a.searchCommand(), a.queryCommand(), a.blameCommand(), a.phraseCommand(),
		a.exportCommand(), a.importCommand(), a.notifyCommand(), a.evidenceCommand(), a.keysCommand(), a.pruneCommand(), a.forgetCommand(), a.backupCommand(), a.restoreCommand(), a.migrateCommand(), a.doctorCommand(), a.reextractCommand(), a.sourcesCommand(), a.planCommand(), a.verifyCommand(),
		a.extractCommand(), a.compareCommand(), a.benchCommand(),
		a.completionCommand(), a.manCommand(), a.pingCommand(),
	)
	for _, c := range root.Commands() {
		c.Args = asUsage(c.Args)
	}
	a.completeAll(root)
	addTopics(root)
	root.SetHelpCommand(helpCommand(root))
	root.Args = func(_ *cobra.Command, args []string) error {
		if len(args) > 0 {
			return withHint(badUsage("unknown command %q", args[0]), "%sstakeout --help lists the commands", meant(root, args[0]))
		}
		return nil
	}
	root.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	return root
}

// meant asks after the command that a mistyped one is like, if there is any.
func meant(root *cobra.Command, typed string) string {
	root.SuggestionsMinimumDistance = 2 // letters; without it nothing is like anything
	if like := root.SuggestionsFor(typed); len(like) > 0 {
		return "did you mean " + like[0] + "? "
	}
	return ""
}

// asUsage makes wrong arguments an error of usage.
func asUsage(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if check == nil {
			return nil
		}
		if err := check(cmd, args); err != nil {
			return withHint(&usageError{err}, "%s --help", cmd.CommandPath())
		}
		return nil
	}
}

// config reads the configuration.
func (a *app) config() (*configs.Config, error) {
	cfg, err := configs.Load(a.configPath, configs.LoadOptions{AbsentIsEmpty: !a.configSet})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, withHint(&usageError{err}, "stakeout init URL -o FILE writes one; without --config the folder %s is read, if there is one", defaultConfig)
	}
	if err != nil {
		return nil, &usageError{err}
	}
	return cfg, nil
}

// databasePath is where the history is: --db, else the configuration's.
func (a *app) databasePath(cfg *configs.Config) (string, error) {
	path := a.database
	if path == "" && cfg != nil {
		path = cfg.Database
	}
	if path == "" {
		path = configs.DefaultDatabase
	}
	return path, nil
}

// databaseInUse is databasePath where nothing else of the configuration is needed.
func (a *app) databaseInUse() (string, error) {
	if a.database != "" {
		return a.databasePath(nil)
	}
	cfg, err := a.config()
	if err != nil {
		return "", err
	}
	return a.databasePath(cfg)
}

// history opens the database for reading only; the configuration is read just
// to learn where it is.
func (a *app) history(ctx context.Context) (*store.Store, error) {
	path, err := a.databaseInUse()
	if err != nil {
		return nil, err
	}
	if err := mustExist(path); err != nil {
		return nil, err
	}
	return store.Open(ctx, path, store.Options{ReadOnly: true, Log: a.log()})
}

// mustExist refuses a database that isn't there yet.
func mustExist(path string) error {
	if store.OnServer(path) {
		return nil // opening it tells
	}
	if _, err := os.Stat(path); os.IsNotExist(err) {
		return withHint(fmt.Errorf("database %s: there is none yet", path), "collect something first: stakeout crawl")
	}
	return nil
}

// out is stdout as a person may be reading it.
func (a *app) out() *terminal.Screen { return terminal.New(a.stdout, a.env) }

// err is stderr as a person may be reading it.
func (a *app) err() *terminal.Screen { return terminal.New(a.stderr, a.env) }

// printJSON writes one value on a line, without escaping what HTML would need.
func (a *app) printJSON(v any) error {
	enc := json.NewEncoder(a.stdout)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
