package store

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"
)

// openerEnv holds the path of the history that this program is to open, write and
// close over and over, as a subprocess of TestReadersMeetClosingWriters.
const openerEnv = "STAKEOUT_TEST_OPENER"

// openOverAndOver is the subprocess: each time the last connection is closed SQLite
// takes the log and its index away.
func openOverAndOver(path string) error {
	for n := 0; ; n++ {
		s, err := Open(context.Background(), path, Options{})
		if err != nil {
			return err
		}
		id := strconv.Itoa(os.Getpid()) + "-" + strconv.Itoa(n)
		if _, err := s.Record(context.Background(), firstVersion("a", id, "one of many")); err != nil {
			return err
		}
		if err := s.Close(); err != nil {
			return err
		}
	}
}

// Programs that read a history open and close it while others that write it do, as
// cron jobs beside a crawl do. None sees an error, whichever of them was last to
// close. The long form goes on for two minutes.
func TestReadersMeetClosingWriters(t *testing.T) {
	lasts := 3 * time.Second
	if os.Getenv("STAKEOUT_LONG") != "" {
		lasts = 2 * time.Minute
	}
	path := filepath.Join(t.TempDir(), "history.db")
	s := mustOpenFile(t, path, Options{})
	mustRecord(t, s, firstVersion("a", "1", "the first"))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), lasts)
	defer cancel()
	var group sync.WaitGroup
	for range 2 {
		group.Go(func() {
			cmd := exec.CommandContext(ctx, self)
			cmd.Env = append(os.Environ(), openerEnv+"="+path)
			if out, _ := cmd.CombinedOutput(); len(out) > 0 { // it ends when it is killed
				t.Errorf("a writer: %s", out)
			}
		})
	}
	reads := make([]int, 2)
	for i := range reads {
		group.Go(func() {
			for ctx.Err() == nil {
				reader, err := Open(context.Background(), path, Options{ReadOnly: true})
				if err != nil {
					t.Error(err)
					return
				}
				if _, err := reader.Verify(context.Background()); err != nil {
					t.Error(err)
				}
				if err := reader.Close(); err != nil {
					t.Error(err)
				}
				reads[i]++
			}
		})
	}
	group.Wait()
	t.Logf("read %d times", reads[0]+reads[1])
}
