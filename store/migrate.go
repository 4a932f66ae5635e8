package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"time"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// latestSchema is the number of the last migration.
const latestSchema = 14

// migrate brings the schema up to date, in a file that is empty or stakeout's.
// Each migration is a transaction of its own.
func migrate(ctx context.Context, db *sql.DB) error {
	var err error
	for range 50 { // 5 s, for another program that is migrating the same file
		var done bool
		if done, err = migrateOnce(ctx, db); done {
			return err
		}
		if waitErr := pause(ctx, 100*time.Millisecond); waitErr != nil {
			return waitErr
		}
	}
	return err
}

// migrateOnce tries once; done is false where another program may have been at
// the same work, and trying again is worth it.
func migrateOnce(ctx context.Context, db *sql.DB) (done bool, err error) {
	id, tables, err := identity(ctx, db)
	if err != nil {
		return true, err
	}
	if id != applicationID && tables > 0 {
		return true, ErrNotStakeout
	}
	if id != applicationID { // an empty file
		if _, err := db.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d", applicationID)); err != nil {
			return true, err
		}
	}
	version, err := schemaVersion(ctx, db)
	if err != nil {
		return true, err
	}
	if version >= latestSchema {
		return true, tooNew(ctx, db, version)
	}
	if err := up(ctx, db); err != nil {
		now, readErr := schemaVersion(ctx, db)
		return readErr != nil || now == version && tables > 0, err
	}
	return true, nil
}

func up(ctx context.Context, db *sql.DB) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, files)
	if err != nil {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("bring the schema up to date: %w", err)
	}
	return nil
}

// schemaVersion is the number of a file's last migration; 0 for none.
func schemaVersion(ctx context.Context, db *sql.DB) (version int64, err error) {
	var known bool
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_master WHERE name = 'goose_db_version'").Scan(&known); err != nil || !known {
		return 0, err
	}
	err = db.QueryRowContext(ctx, "SELECT coalesce(max(version_id), 0) FROM goose_db_version").Scan(&version)
	return version, err
}

// tooNew refuses a schema of a later program, unless it says that this one may go on
// with it.
func tooNew(ctx context.Context, db *sql.DB, version int64) error {
	if version <= latestSchema {
		return nil
	}
	var since int64
	if err := db.QueryRowContext(ctx, "SELECT since FROM compatible").Scan(&since); err != nil || since > latestSchema {
		return fmt.Errorf("%w (found schema %d, expected at most %d)", ErrNewerSchema, version, latestSchema)
	}
	return nil
}
