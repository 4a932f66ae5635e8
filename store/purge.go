package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Purge clears the file of what was erased: rows that are deleted leave their bytes
// in it, and in the index of the search, until something else takes their place.
// It writes the whole file anew, which needs as much free disk again and holds up
// who writes meanwhile: some 10 s a gigabyte. ErrLocked where another program
// doesn't let it.
func (s *Store) Purge(ctx context.Context) error {
	if s.write == nil {
		return fmt.Errorf("purge: it was opened for reading: %w", ErrReadOnly)
	}
	if s.d == onPostgres {
		return s.purgeServer(ctx)
	}
	db, err := sql.Open("sqlite", s.dsn(false))
	if err != nil {
		return fmt.Errorf("purge: %w", err)
	}
	db.SetMaxOpenConns(1)
	err = rewrite(ctx, db)
	if err := errors.Join(err, db.Close()); err != nil {
		return fmt.Errorf("purge: %w", ours(err))
	}
	return nil
}

// rewrite writes the file anew. Words of a deleted row stay in an index until its
// parts are merged.
func rewrite(ctx context.Context, db *sql.DB) error {
	for _, statement := range []string{
		"INSERT INTO search (search) VALUES ('optimize')", "INSERT INTO sketches (sketches) VALUES ('optimize')", "VACUUM",
	} {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return emptyLog(ctx, db)
}

// purgeServer writes the tables anew from which something was erased.
func (s *Store) purgeServer(ctx context.Context) error {
	for _, table := range []string{"pages", "versions", "version_pages", "readings", "changes", "visits", "stories", "addresses", "broken_pages", "marks", "rechecks", "sketched", "search", "sketches"} {
		if _, err := s.write.db.ExecContext(ctx, "VACUUM (FULL) "+table); err != nil {
			return fmt.Errorf("purge: %w", ours(err))
		}
	}
	return nil
}

// emptyLog writes what stands in the log into the file, and cuts the log off.
func emptyLog(ctx context.Context, db *sql.DB) error {
	var busy, pages, moved int
	if err := db.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved); err != nil {
		return err
	}
	if busy != 0 {
		return ErrLocked
	}
	return nil
}
