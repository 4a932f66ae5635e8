package main

import (
	"bytes"
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// With --log-format json everything that run says on stderr is JSON, a line each,
// and each run of a source is one.
func TestLogOfJSON(t *testing.T) {
	server := oneCardSite(t)
	cfg := file(t, "c.yaml", "sources:\n  s: {start: '"+server.URL+"/', stories: '/story/(?P<id>\\d+)$', private: true, delay: 0s, schedule: '@every 1s'}\n")
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
	defer stop()
	out := &untilLine{ended: stop}
	var log bytes.Buffer
	if err := run(ctx, []string{"--config", cfg, "--db", filepath.Join(t.TempDir(), "s.db"), "--log-format", "json", "run", "--listen", "127.0.0.1:0"}, strings.NewReader(""), out, &log); err != nil {
		t.Fatalf("%v\n%s", err, &log)
	}
	said := map[string]bool{}
	for _, line := range strings.Split(strings.TrimSpace(log.String()), "\n") {
		var entry struct{ Time, Level, Msg, Source string }
		if err := json.Unmarshal([]byte(line), &entry); err != nil || entry.Time == "" || entry.Level == "" {
			t.Errorf("%q is no line of a log (%v)", line, err)
		}
		said[entry.Msg+" "+entry.Source] = true
	}
	if !said["source listed s"] {
		t.Errorf("the run of the source isn't in\n%s", &log)
	}
	if _, stderr, status := stakeout(t, "--log-format", "xml", "list"); status != statusUsage || !strings.Contains(stderr, "expected text or json") {
		t.Errorf("exit %d: %s", status, stderr)
	}
}

// untilLine ends something with the first line that is written to it.
type untilLine struct{ ended func() }

func (u *untilLine) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte("\n")) {
		time.AfterFunc(1500*time.Millisecond, u.ended) // and then some runs
	}
	return len(p), nil
}
