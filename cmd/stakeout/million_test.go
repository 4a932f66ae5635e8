package main

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"stakeout/history"
	"stakeout/store"
	"stakeout/story"
)

// TestMillionRows exports a million stories, or STAKEOUT_ROWS, in each format, and
// wants that no run takes more than 200 MB of memory:
//
//	STAKEOUT_LONG=1 go test -run MillionRows -v -timeout 3h ./cmd/stakeout
//
// STAKEOUT_FORMATS=csv,stix takes some of them; html, a file a story, is tried only
// where it is named. STAKEOUT_ROWS_FILE keeps the history.
func TestMillionRows(t *testing.T) {
	if os.Getenv("STAKEOUT_LONG") == "" || runtime.GOOS != "linux" {
		t.Skip("set STAKEOUT_LONG=1, on Linux")
	}
	rows, formats := 1_000_000, slices.DeleteFunc(slices.Clone(history.Formats), func(f string) bool { return f == "html" })
	if n, err := strconv.Atoi(os.Getenv("STAKEOUT_ROWS")); err == nil {
		rows = n
	}
	if list := os.Getenv("STAKEOUT_FORMATS"); list != "" {
		formats = strings.Split(list, ",")
	}
	program, db := built(t), os.Getenv("STAKEOUT_ROWS_FILE")
	if db == "" {
		db = filepath.Join(t.TempDir(), "rows.db")
	}
	if !exists(db) {
		begun := time.Now()
		multiply(t, db, rows)
		t.Logf("%d stories made in %v", rows, time.Since(begun).Round(time.Second))
	}
	t.Logf("%-22s %10s %10s %12s %10s", "", "peak MB", "MB out", "first byte", "CPU s")
	for _, f := range formats {
		args := []string{"--format", f}
		if f == "html" {
			args = append(args, "-o", filepath.Join(t.TempDir(), "pages")) // a file a story
		}
		oneExport(t, program, db, f, args...)
		if f == "jsonl" || f == "csv" {
			oneExport(t, program, db, f+" of changes", "--format", f, "--what", "changes")
			oneExport(t, program, db, f+" under a cursor", "--format", f, "--what", "versions", "--since", "cursor:"+f+time.Now().String())
		}
	}
}

// most is how much memory an export may take.
const most = 200 << 20

func oneExport(t *testing.T, program, db, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(program, append([]string{"--db", db, "--config", t.TempDir(), "export"}, args...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	peak := watchPeak(cmd.Process.Pid)
	_, err = io.ReadFull(out, make([]byte, 1))
	first := time.Since(begun)
	size, copyErr := io.Copy(io.Discard, out)
	peakBytes := peak()
	if waitErr := cmd.Wait(); waitErr != nil || copyErr != nil || err != nil && size > 0 {
		t.Errorf("%s: %v, %v, %v", name, err, copyErr, waitErr)
		return
	}
	t.Logf("%-22s %10d %10d %12v %10.1f", name, peakBytes>>20, size>>20, first.Round(time.Millisecond), (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds())
	if peakBytes > most {
		t.Errorf("%s: %d MB, expected at most %d", name, peakBytes>>20, most>>20)
	}
}

// watchPeak looks how much memory a process has held so far, until the result is
// called. What getrusage says of it counts its parent's memory too.
func watchPeak(pid int) func() int64 {
	end, ended := make(chan struct{}), make(chan int64)
	go func() {
		var peak int64
		for {
			if text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid)); err == nil {
				_, rest, _ := strings.Cut(string(text), "VmHWM:")
				if kb, err := strconv.ParseInt(strings.Fields(rest + " 0")[0], 10, 64); err == nil {
					peak = max(peak, kb<<10)
				}
			}
			select {
			case <-end:
				ended <- peak
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	return func() int64 {
		close(end)
		return <-ended
	}
}

// multiply makes a history of many stories: a thousand as the store records them,
// and their rows again and again under other IDs.
func multiply(t *testing.T, path string, rows int) {
	t.Helper()
	const kinds = 1000
	db, err := store.Open(t.Context(), path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range kinds {
		url, id := fmt.Sprintf("https://wire.example/%d", i), strconv.Itoa(i)
		f := story.Fields{Headline: fmt.Sprintf("Story %d of evil%d.example.com", i, i), Publisher: "Wire", Tags: []string{"Floods", "Rail"}, Credibility: "unverified",
			Published: "2026-04-04T21:26:49Z", Language: "en", Body: slices.Repeat([]string{fmt.Sprintf("In paragraph %d the council votes for the bridge that it had put off for nine years.", i)}, 12)}
		_, err := db.Record(t.Context(), store.Result{Visit: store.Visit{Source: "wire", Key: story.Key{Source: "wire", ID: id}, URL: url, Kind: store.KindStory,
			Outcome: story.New, Status: 200, At: firstDay.Add(time.Duration(i) * time.Second)}, Reading: &story.Reading{URL: url, Fields: f}, Print: id,
			Pages:  []store.Page{{URL: url, ContentType: "text/html", Body: []byte("<h1>" + f.Headline + "</h1><p>" + strings.Join(f.Body, "<p>"))}},
			Change: &story.Change{Event: story.EventNew, Headline: f.Headline, URL: url}})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	raw, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(OFF)&_pragma=synchronous(OFF)")
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	raw.SetMaxOpenConns(1)
	for _, table := range []struct {
		name  string
		other map[string]string
	}{
		{"stories", map[string]string{"story_id": "t.story_id + n.i", "id": "t.id || '-' || n.i", "url": "t.url || '-' || n.i", "changed_at": "t.changed_at + n.i"}},
		{"versions", map[string]string{"version_id": "t.version_id + n.i", "story_id": "t.story_id + n.i", "at": "t.at + n.i"}},
		{"version_pages", map[string]string{"version_id": "t.version_id + n.i"}},
		{"readings", map[string]string{"reading_id": "t.reading_id + n.i", "version_id": "t.version_id + n.i"}},
		{"changes", map[string]string{"cursor": "t.cursor + n.i", "story_id": "t.story_id + n.i", "at": "t.at + n.i",
			"change": "json_set(t.change, '$.id', (t.change ->> '$.id') || '-' || n.i)"}},
	} {
		if err := again(t.Context(), raw, table.name, table.other, kinds, rows); err != nil {
			t.Fatalf("%s: %v", table.name, err)
		}
	}
}

// again copies the rows of a table until there are so many, with other values in
// some columns; n.i counts on by how many rows there were.
func again(ctx context.Context, db *sql.DB, table string, other map[string]string, kinds, rows int) error {
	columns := map[string]string{}
	names, err := db.QueryContext(ctx, "SELECT name FROM pragma_table_info(?)", table)
	if err != nil {
		return err
	}
	defer names.Close()
	for names.Next() {
		var name string
		if err := names.Scan(&name); err != nil {
			return err
		}
		columns[name] = "t." + name
	}
	if err := names.Err(); err != nil {
		return err
	}
	maps.Copy(columns, other)
	into := slices.Sorted(maps.Keys(columns))
	var from []string
	for _, name := range into {
		from = append(from, columns[name])
	}
	_, err = db.ExecContext(ctx, fmt.Sprintf(`WITH RECURSIVE n(i) AS (SELECT %d UNION ALL SELECT i + %d FROM n WHERE i < %d)
		INSERT INTO %s (%s) SELECT %s FROM n CROSS JOIN (SELECT * FROM %s) t`, kinds, kinds, rows-kinds, table, strings.Join(into, ", "), strings.Join(from, ", "), table))
	return err
}
