// Command stakeout watches what the press and intel sites publish, and what
// they quietly change afterwards.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(exitStatus(err))
}

// run is the whole program: arguments in, words out. End-to-end tests call it.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	a := &app{stdin: stdin, stdout: stdout, stderr: stderr, env: os.Getenv}
	root := a.rootCommand()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	cmd, err := root.ExecuteContextC(ctx)
	if err != nil && !errors.Is(err, errSaid) {
		fmt.Fprintf(stderr, "stakeout: error: %s\n", err)
		if hint := hintOf(err, cmd); hint != "" {
			fmt.Fprintf(stderr, "stakeout: hint: %s\n", hint)
		}
	}
	return err
}

// Exit statuses, as every command's --help ends with them.
const (
	statusDone   = 0
	statusFailed = 1
	statusUsage  = 2
)

// exitStatus maps an error to the exit status.
func exitStatus(err error) int {
	var usage *usageError
	switch {
	case err == nil:
		return statusDone
	case errors.As(err, &usage):
		return statusUsage
	}
	return statusFailed
}
