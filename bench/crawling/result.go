package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// result is what one process came to.
type result struct {
	name  string
	cpu   float64 // seconds, user and system
	wall  float64 // seconds
	peak  int64   // bytes resident at most
	dials int64
}

// better is the cheaper of two rounds: other work on the machine only ever makes a
// process dearer. Memory is the most of all rounds.
func (r result) better(s result) result {
	if r.cpu == 0 {
		return s
	}
	r.cpu, r.wall = min(r.cpu, s.cpu), min(r.wall, s.wall)
	r.peak, r.dials = max(r.peak, s.peak), max(r.dials, s.dials)
	return r
}

// timed runs a command to its end and says what it took.
func timed(site *site, cmd *exec.Cmd) (result, error) {
	before, err := site.dials()
	if err != nil {
		return result{}, err
	}
	begun := time.Now()
	out, err := cmd.CombinedOutput()
	if err != nil {
		return result{}, fmt.Errorf("%w\n%s", err, out)
	}
	r := result{wall: time.Since(begun).Seconds()}
	used := cmd.ProcessState
	r.cpu = (used.UserTime() + used.SystemTime()).Seconds()
	r.peak = peakOf(used)
	after, err := site.dials()
	r.dials = after - before - 1 // the question itself
	return r, err
}

// build makes the program itself, as it is shipped.
func build(root, to string) error {
	abs, err := filepath.Abs(to)
	if err != nil {
		return err
	}
	cmd := exec.Command("go", "build", "-o", abs, "./cmd/stakeout")
	cmd.Dir, cmd.Stderr = root, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("building stakeout: %w", err)
	}
	return nil
}
