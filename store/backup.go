package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
)

// ErrServerBackup says how a history on Postgres is backed up.
var ErrServerBackup = errors.New("a history on Postgres is backed up by its own tool, pg_dump")

// Backup writes a copy of the history, as it is at one moment, to a new file;
// collecting goes on meanwhile. The file appears whole or not at all, and an
// existing one is left alone (fs.ErrExist).
func (s *Store) Backup(ctx context.Context, path string) (err error) {
	if s.d == onPostgres {
		return ErrServerBackup
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("back up to %s: %w", path, ours(err))
		}
	}()
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(err, fs.ErrExist)
	}
	part := path + ".part"
	if err := os.Remove(part); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	defer os.Remove(part)
	if err := s.copyTo(ctx, part); err != nil {
		return err
	}
	if err := syncFile(part); err != nil {
		return err
	}
	// A link, unlike a rename, never replaces what came to be there meanwhile.
	return os.Link(part, path)
}

// copyTo has SQLite write a copy. No other code may: opening and closing the
// file drops the locks that SQLite holds on it.
func (s *Store) copyTo(ctx context.Context, path string) error {
	// query_only, which the connections for reading have, forbids this too.
	db, err := sql.Open("sqlite", s.uri(url.Values{"mode": {"ro"}}))
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", path)
	return errors.Join(err, db.Close())
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
