package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
)

//go:embed migrations/postgres/*.sql
var postgresMigrations embed.FS

// How many connections a program has to a server at most. More than one writes: the
// way there and back counts for each statement, and a COMMIT waits for the disk.
const (
	serverWriters = 4
	serverReaders = 4
	serverStreams = 8
)

// serverWait is how long a server that is lost is waited for: a failover takes some
// tens of seconds.
const serverWait = time.Minute

// OnServer reports whether the name of a history is the URL of one on Postgres.
func OnServer(name string) bool {
	return strings.HasPrefix(name, "postgres://") || strings.HasPrefix(name, "postgresql://")
}

// Shown is the name of a history as it may be shown: of a server's URL without its
// password.
func Shown(name string) string {
	if !OnServer(name) {
		return name
	}
	u, err := url.Parse(name)
	if err != nil {
		return "postgres://…"
	}
	if u.User != nil {
		u.User = url.User(u.User.Username())
	}
	q := u.Query()
	for key := range q {
		if strings.Contains(strings.ToLower(key), "password") {
			q.Del(key)
		}
	}
	u.RawQuery = q.Encode()
	return u.String()
}

// serverConfig understands a server's URL.
func serverConfig(name string) (*pgx.ConnConfig, error) {
	c, err := pgx.ParseConfig(name)
	if err != nil {
		// Nothing of what was found is said: the password may be in it.
		return nil, &serverError{"its URL can't be understood; expected postgres://user:password@host:port/name, with what is no letter or figure in a password as %40", ErrUnreachable}
	}
	if c.RuntimeParams["application_name"] == "" {
		c.RuntimeParams["application_name"] = "stakeout"
	}
	return c, nil
}

// openServer connects to a server, whose schema is brought up to date unless it is
// only read.
func (s *Store) openServer(ctx context.Context) error {
	var err error
	if s.server, err = serverConfig(s.path); err != nil {
		return err
	}
	db, err := s.openDB(s.opts.ReadOnly)
	if err != nil {
		return err
	}
	known, err := knownServer(ctx, db)
	if err != nil || s.opts.ReadOnly {
		err = errors.Join(err, db.Close())
		if err == nil && !known {
			err = fmt.Errorf("there is none; collect something first: %w", fs.ErrNotExist)
		}
	} else {
		err = s.openWriting(ctx, db)
	}
	if err != nil {
		return err
	}
	if s.read, err = s.openReader(serverReaders); err != nil {
		return err
	}
	if s.stream, err = s.openReader(serverStreams); err != nil {
		return err
	}
	if s.opts.ReadOnly {
		return checkVersion(ctx, s.d, s.read.db)
	}
	return nil
}

func (s *Store) openWriting(ctx context.Context, db *sql.DB) error {
	if err := migrateServer(ctx, db); err != nil {
		return errors.Join(err, db.Close())
	}
	var err error
	if s.write, err = s.newWriter(ctx, db, serverWriters); err != nil {
		return err
	}
	return s.catchUp(ctx)
}

// openServerDB opens a pool of connections to the server.
func (s *Store) openServerDB(readOnly bool) *sql.DB {
	c := s.server.Copy()
	if readOnly {
		c.RuntimeParams["default_transaction_read_only"] = "on"
	} else {
		c.RuntimeParams["lock_timeout"] = strconv.FormatInt(s.opts.Wait.Milliseconds(), 10)
		// A program that hangs in a transaction must not hold up the others.
		c.RuntimeParams["idle_in_transaction_session_timeout"] = "30000"
	}
	db := stdlib.OpenDB(*c)
	db.SetConnMaxIdleTime(5 * time.Minute)
	return db
}

// knownServer reports whether a database is stakeout's; an error where it is
// another program's.
func knownServer(ctx context.Context, db *sql.DB) (known bool, err error) {
	var schema sql.NullString
	var others int
	if err := db.QueryRowContext(ctx, `SELECT current_schema(), to_regclass('stakeout') IS NOT NULL,
		(SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
		AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e'))`).Scan(&schema, &known, &others); err != nil {
		return false, err
	}
	switch {
	case !schema.Valid:
		return false, &serverError{"the schema that search_path names is not there; create it: CREATE SCHEMA …", ErrNotStakeout}
	case known:
		var id int64
		if err := db.QueryRowContext(ctx, "SELECT max(application_id) FROM stakeout").Scan(&id); err != nil || id != applicationID {
			known = false
		}
	}
	if !known && others > 0 {
		return false, &serverError{"it has tables that are not stakeout's; name an empty database with --db, or a schema of its own: …?search_path=NAME", ErrNotStakeout}
	}
	return known, nil
}

// migrateServer brings the schema of a server up to date; one program at a time.
func migrateServer(ctx context.Context, db *sql.DB) error {
	version, err := serverVersion(ctx, db)
	if err != nil || version >= latestSchema {
		return notTooNew(ctx, db, version, err)
	}
	var standby bool
	if err := db.QueryRowContext(ctx, "SELECT pg_is_in_recovery()").Scan(&standby); err != nil || standby {
		return errors.Join(err, ErrStandby)
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock("+otherLocks+", "+migrateLock+")"); err != nil {
		return err
	}
	defer conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock("+otherLocks+", "+migrateLock+")")
	if version, err = serverVersion(ctx, db); err != nil || version >= latestSchema {
		return notTooNew(ctx, db, version, err)
	}
	files, err := fs.Sub(postgresMigrations, "migrations/postgres")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectPostgres, db, files)
	if err != nil {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("bring the schema up to date: %w", err)
	}
	return nil
}

// notTooNew is tooNew where the version could be read.
func notTooNew(ctx context.Context, db *sql.DB, version int64, err error) error {
	if err != nil {
		return err
	}
	return tooNew(ctx, db, version)
}

func serverVersion(ctx context.Context, db *sql.DB) (version int64, err error) {
	var known bool
	if err := db.QueryRowContext(ctx, "SELECT to_regclass('goose_db_version') IS NOT NULL").Scan(&known); err != nil || !known {
		return 0, err
	}
	err = db.QueryRowContext(ctx, "SELECT coalesce(max(version_id), 0) FROM goose_db_version").Scan(&version)
	return version, err
}

// serverError is an error of a server that has words of its own, and is one of
// those of this package.
type serverError struct {
	words string
	is    error
}

func (e *serverError) Error() string { return e.words }
func (e *serverError) Unwrap() error { return e.is }

// The words for what a file has others for.
var (
	errServerCorrupt = &serverError{"the server says that its data is damaged; stop it, keep its files as they are, and restore a backup", ErrCorrupt}
	errServerRights  = &serverError{"its user lacks the right; GRANT it, or let the user own the schema", ErrReadOnly}
)

// ofServer names a server's error by its SQLSTATE; nil where it has no name.
func ofServer(err error) error {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		if isLost(err) {
			return ErrUnreachable
		}
		return nil
	}
	switch pg.Code {
	case "28P01", "28000":
		return ErrPassword
	case "3D000":
		return ErrNoDatabase
	case "53300":
		return ErrNoConnection
	case "53100":
		return ErrFull
	case "58030":
		return ErrDisk
	case "55P03", "40P01", "40001":
		return ErrLocked
	case "25006":
		return ErrStandby
	case "42501":
		return errServerRights
	case "XX001", "XX002":
		return errServerCorrupt
	case "54000":
		return ErrTooLong
	}
	if isLost(err) {
		return ErrUnreachable
	}
	return nil
}

// references checks that no row refers to one that is missing, which the server
// itself only checks when a row is written.
func (v verifier) references() error {
	type reference struct{ child, column, parent, key string }
	var all []reference
	if err := v.each(`SELECT c.conrelid::regclass::text, a.attname, c.confrelid::regclass::text, b.attname FROM pg_constraint c
		JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = c.confkey[1]
		WHERE c.contype = 'f' AND c.connamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) ORDER BY 1, 2`, func(row scanner) error {
		var r reference
		err := row.Scan(&r.child, &r.column, &r.parent, &r.key)
		all = append(all, r)
		return err
	}); err != nil {
		return err
	}
	for _, r := range all {
		if err := v.each(fmt.Sprintf("SELECT c.%s FROM %s c WHERE c.%s IS NOT NULL AND NOT EXISTS (SELECT 1 FROM %s p WHERE p.%s = c.%s) LIMIT 1",
			r.column, r.child, r.column, r.parent, r.key, r.column), func(row scanner) error {
			var id int64
			if err := row.Scan(&id); err != nil {
				return err
			}
			return touched(fmt.Sprintf("a row of %s refers to row %d of %s that is missing", r.child, id, r.parent))
		}); err != nil {
			return err
		}
	}
	return nil
}
