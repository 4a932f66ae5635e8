package main

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"stakeout/internal/baddisk"
	"stakeout/story"
)

// plainly is how the program says what is wrong with a disk, and what to do.
var plainly = regexp.MustCompile(`(?s)stakeout: error: .*(the disk is full; free some space, then run it again|the disk could not be read or written; look at the disk, then run it again)`)

// Whichever write of a crawl fails, once or from then on, the program says so in
// plain words and ends, or goes on where it can; what it told of is on record, and a
// crawl on a good disk comes to the end. The long form lets every write fail, the
// short one a few.
func TestDiskFailsUnderCrawl(t *testing.T) {
	step := 100
	switch {
	case os.Getenv("STAKEOUT_LONG") != "":
		step = 1
	case testing.Short():
		t.Skip("it takes twenty seconds")
	}
	for _, c := range []struct {
		name  string
		code  int
		stays bool
	}{
		{"full once", baddisk.Full, false},
		{"full from then on", baddisk.Full, true},
		{"error once", baddisk.Write, false},
		{"error from then on", baddisk.Sync, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			// The last write of a program may fail without harm; three in a row that
			// nobody speaks of are those that it doesn't come to any more.
			failed, quiet := 0, 0
			for nth := 1 + rand.IntN(step); quiet < 3 && (quiet == 0 || step == 1); nth += step {
				until := nth
				if c.stays {
					until = 1 << 30
				}
				s := newStreet(t, 3)
				mustRun(t, s.args("crawl")...)
				for i := range s.versions {
					s.edit(i)
				}
				said, ended := crawlOnBadDisk(t, s, fmt.Sprintf("fail %d %d %d", nth, until, c.code))
				mustRun(t, s.args("crawl")...)
				s.current(t, fmt.Sprintf("write %d failed", nth))
				if !said && ended == nil {
					quiet++
					continue
				}
				failed, quiet = failed+1, 0
			}
			t.Logf("%d writes failed in turn", failed)
		})
	}
}

// crawlOnBadDisk crawls, checks that what was told is on record, and reports whether
// the program said that the disk failed.
func crawlOnBadDisk(t *testing.T, s *street, plan string) (saidSo bool, ended error) {
	t.Helper()
	before := s.whole(t, "before "+plan)
	cmd := onDisk(t, plan, s.args("crawl")...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stuck := time.AfterFunc(time.Minute, func() { _ = cmd.Process.Kill() })
	defer stuck.Stop()
	ended = cmd.Wait()
	saidSo = plainly.Match(errs.Bytes())
	if ended != nil && !saidSo {
		t.Fatalf("%s: %v\n%s", plan, ended, errs.String())
	}
	now := s.whole(t, plan)
	for v := range before {
		if !now[v] {
			t.Fatalf("%s: lost %s", plan, v)
		}
	}
	if events := len(told.FindAllString(out.String(), -1)); events > len(now)-len(before) {
		t.Fatalf("%s: %d versions more, %d were told\n%s", plan, len(now)-len(before), events, out.String())
	}
	return saidSo, ended
}

// A service whose disk fails goes on once it doesn't; while it does, it says so and
// stays.
func TestDiskFailsUnderService(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes twenty seconds")
	}
	s := newStreet(t, 8)
	mustRun(t, s.args("crawl")...)
	for i := range s.versions {
		s.edit(i)
	}
	for plan, patience := range map[string]time.Duration{
		fmt.Sprintf("fail 12 14 %d", baddisk.Write):       30 * time.Second,
		fmt.Sprintf("fail 20 %d %d", 1<<30, baddisk.Full): 3 * time.Second,
	} {
		cmd := onDisk(t, plan, s.args("run", "--listen", "none")...)
		var errs bytes.Buffer
		cmd.Stderr = &errs
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		over := make(chan error, 1)
		go func() { over <- cmd.Wait() }()
		if err := s.untilCurrent(t, over, patience); err != nil {
			t.Errorf("%s: it ended by itself\n%s", plan, errs.String())
		}
		_ = cmd.Process.Signal(os.Interrupt)
		stuck := time.AfterFunc(30*time.Second, func() { _ = cmd.Process.Kill() })
		err := <-over
		stuck.Stop()
		if cmd.ProcessState.ExitCode() < 0 {
			t.Fatalf("%s: it didn't stop: %v\n%s", plan, err, errs.String())
		}
		if !strings.Contains(errs.String(), "the disk") {
			t.Errorf("%s: it said nothing of the disk\n%s", plan, errs.String())
		}
		s.whole(t, plan)
		if strings.HasPrefix(plan, "fail 12 14") {
			s.current(t, plan)
		}
		for i := range s.versions {
			s.edit(i)
		}
	}
	mustRun(t, s.args("crawl")...)
	s.current(t, "at last")
}

// untilCurrent waits until everything is on record as it stands, or the program is
// over, or has had long enough; ended says why it is over.
func (s *street) untilCurrent(t *testing.T, over chan error, patience time.Duration) (ended error) {
	t.Helper()
	enough := time.After(patience)
	for s.missing(t) != "" {
		select {
		case err := <-over:
			over <- err
			return errors.Join(err, errors.New("it is over"))
		case <-enough:
			return nil
		case <-time.After(300 * time.Millisecond):
		}
	}
	return nil
}

// A disk that is really full, here a limit on the size of files: what was recorded
// before stays, the program says what is wrong, and goes on once there is room.
func TestDiskReallyFull(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("needs bash, for its ulimit")
	}
	s := newStreet(t, 8)
	mustRun(t, s.args("crawl")...)
	before := s.whole(t, "before")
	for i := range s.versions {
		s.edit(i)
	}
	info, err := os.Stat(s.db)
	if err != nil {
		t.Fatal(err)
	}
	good := onDisk(t, "good", s.args("crawl")...)
	limited := exec.Command("bash", append([]string{"-c", fmt.Sprintf(`ulimit -f %d; trap '' XFSZ; exec "$@"`, info.Size()/1024/4), "bash"}, good.Args...)...)
	limited.Env = good.Env
	out, err := limited.CombinedOutput()
	if err == nil || !plainly.Match(out) {
		t.Fatalf("found %v\n%s", err, out)
	}
	now := s.whole(t, "full")
	for v := range before {
		if !now[v] {
			t.Fatalf("lost %s", v)
		}
	}
	mustRun(t, s.args("crawl")...)
	s.current(t, "with room again")
	if n := len(lines[story.Story](t, mustRun(t, "--db", s.db, "export", "--format", "jsonl", "--what", "versions"))); n != 16 {
		t.Errorf("%d versions, expected 16", n)
	}
}
