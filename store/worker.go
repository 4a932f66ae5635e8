package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"
)

// Worker is a program that runs rounds.
type Worker struct {
	Name    string    `json:"worker"` // its machine and process
	Began   time.Time `json:"began"`
	At      time.Time `json:"at"` // when it last said so
	Version string    `json:"version"`
	Sources int       `json:"sources"` // that it watches
	Rounds  int       `json:"rounds"`  // that it is running
}

// WorkerAlive is for how long a worker is taken to run that said so.
const WorkerAlive = 20 * time.Second

// workersKept is how long a worker that says nothing more is remembered.
const workersKept = 24 * time.Hour

// PutWorker says that a worker runs.
func (s *Store) PutWorker(ctx context.Context, w Worker) error {
	err := s.commit(ctx, "worker "+w.Name, func(t *tx) error {
		if _, err := t.exec(`INSERT INTO workers (worker, began_at, at, version, sources, rounds) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
			ON CONFLICT (worker) DO UPDATE SET at = ?3, version = ?4, sources = ?5, rounds = ?6`,
			w.Name, w.Began.UnixMilli(), w.At.UnixMilli(), w.Version, w.Sources, w.Rounds); err != nil {
			return err
		}
		_, err := t.exec("DELETE FROM workers WHERE at < ?", w.At.Add(-workersKept).UnixMilli())
		return err
	})
	if err != nil {
		return fmt.Errorf("worker %s: %w", w.Name, err)
	}
	return nil
}

// EndWorker says that a worker has ended.
func (s *Store) EndWorker(ctx context.Context, name string) error {
	return s.commit(ctx, "worker "+name, func(t *tx) error {
		_, err := t.exec("DELETE FROM workers WHERE worker = ?", name)
		return err
	})
}

// Workers lists the workers that said since a time that they run, by name.
func (s *Store) Workers(ctx context.Context, since time.Time) ([]Worker, error) {
	rows, err := s.query(ctx, "SELECT worker, began_at, at, version, sources, rounds FROM workers WHERE at >= ? ORDER BY worker", since.UnixMilli())
	if err != nil {
		return nil, fmt.Errorf("workers: %w", err)
	}
	defer rows.Close()
	var out []Worker
	for rows.Next() {
		var w Worker
		var began, at sql.NullInt64
		if err := rows.Scan(&w.Name, &began, &at, &w.Version, &w.Sources, &w.Rounds); err != nil {
			return nil, ours(err)
		}
		w.Began, w.At = moment(began), moment(at)
		out = append(out, w)
	}
	return out, ours(rows.Err())
}

// Watch remembers that a program watches sources.
func (s *Store) Watch(ctx context.Context, names []string, at time.Time) error {
	const atOnce = 500
	for len(names) > 0 {
		n := min(len(names), atOnce)
		if err := s.commitAll(ctx, names[:n], func(t *tx) error {
			for _, name := range names[:n] {
				if _, err := t.exec("UPDATE sources SET watched_at = ? WHERE name = ?", at.UnixMilli(), name); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return fmt.Errorf("watch sources: %w", err)
		}
		names = names[n:]
	}
	return nil
}

// Watched lists the sources that some program said since a time that it watches.
func (s *Store) Watched(ctx context.Context, since time.Time) (map[string]bool, error) {
	names, err := column[string](ctx, s, "SELECT name FROM sources WHERE watched_at >= ?", since.UnixMilli())
	if err != nil {
		return nil, fmt.Errorf("watched sources: %w", err)
	}
	out := make(map[string]bool, len(names))
	for _, n := range names {
		out[n] = true
	}
	return out, nil
}

// Holding is how many leases one holder has.
type Holding struct{ Sources, Hosts int }

// Holdings counts the leases that are held at a time, by holder.
func (s *Store) Holdings(ctx context.Context, at time.Time) (map[string]Holding, error) {
	rows, err := s.query(ctx, "SELECT holder, host FROM hosts WHERE holder <> '' AND until > ?", at.UnixMilli())
	if err != nil {
		return nil, fmt.Errorf("leases: %w", err)
	}
	defer rows.Close()
	out := map[string]Holding{}
	for rows.Next() {
		var holder, name string
		if err := rows.Scan(&holder, &name); err != nil {
			return nil, ours(err)
		}
		h := out[holder]
		switch kind, _, spaced := strings.Cut(name, " "); {
		case !spaced:
			h.Hosts++
		case kind+" " == SourceLease(""):
			h.Sources++
		}
		out[holder] = h
	}
	return out, ours(rows.Err())
}
