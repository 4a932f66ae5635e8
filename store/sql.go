package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"sync"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// views are what people ask in SQL: their names and columns stay, whatever becomes
// of the tables. docs/recipes.md lists the columns.
var views = []string{
	`CREATE TEMP VIEW stories_v AS SELECT s.source, s.id, s.url, s.status, s.latest AS version, ` + readingColumns + `,
		strftime('%Y-%m-%dT%H:%M:%SZ', s.first_seen_at/1000, 'unixepoch') AS first_seen, strftime('%Y-%m-%dT%H:%M:%SZ', s.last_seen_at/1000, 'unixepoch') AS last_seen,
		strftime('%Y-%m-%dT%H:%M:%SZ', s.changed_at/1000, 'unixepoch') AS changed_at
		FROM stories s JOIN versions v ON v.story_id = s.story_id AND v.number = s.latest JOIN readings r ON r.reading_id = ` + latestReading,
	`CREATE TEMP VIEW versions_v AS SELECT s.source, s.id, v.number AS version, v.url, ` + readingColumns + `,
		strftime('%Y-%m-%dT%H:%M:%SZ', v.at/1000, 'unixepoch') AS at, lower(hex(v.hash)) AS hash
		FROM versions v JOIN stories s ON s.story_id = v.story_id JOIN readings r ON r.reading_id = ` + latestReading,
	`CREATE TEMP VIEW changes_v AS SELECT c.cursor, c.source, s.id, c.event, c.from_version, c.to_version, strftime('%Y-%m-%dT%H:%M:%SZ', c.at/1000, 'unixepoch') AS at,
		trim(c.classes, ',') AS classes, c.change ->> '$.disclosed' AS disclosed, c.change ->> '$.headline' AS headline, c.change ->> '$.url' AS url,
		c.change ->> '$.seen_before' AS seen_before, c.change -> '$.fields' AS fields
		FROM changes c JOIN stories s ON s.story_id = c.story_id WHERE c.event <> 'reread'`,
	`CREATE TEMP VIEW fields_v AS SELECT c.cursor, c.source, s.id, c.to_version AS version, strftime('%Y-%m-%dT%H:%M:%SZ', c.at/1000, 'unixepoch') AS at,
		f.value ->> '$.field' AS field, f.value ->> '$.class' AS class, f.value ->> '$.at' AS paragraph, f.value ->> '$.old' AS old, f.value ->> '$.new' AS new
		FROM changes c JOIN stories s ON s.story_id = c.story_id, json_each(c.change, '$.fields') f WHERE c.event <> 'reread'`,
	`CREATE TEMP VIEW visits_v AS SELECT v.source, s.id, v.url, v.kind, v.outcome, v.reason, v.status, v.bytes, v.duration_ms, v.count,
		strftime('%Y-%m-%dT%H:%M:%SZ', v.first_at/1000, 'unixepoch') AS first_at, strftime('%Y-%m-%dT%H:%M:%SZ', v.last_at/1000, 'unixepoch') AS last_at
		FROM visits v LEFT JOIN stories s ON s.story_id = v.story_id`,
}

const (
	latestReading  = "(SELECT x.reading_id FROM readings x WHERE x.version_id = v.version_id ORDER BY x.ordinal DESC LIMIT 1)"
	readingColumns = `stakeout_json(r.zstd) ->> '$.headline' AS headline, stakeout_json(r.zstd) -> '$.body' AS body, stakeout_json(r.zstd) -> '$.authors' AS authors,
		stakeout_json(r.zstd) ->> '$.publisher' AS publisher, stakeout_json(r.zstd) ->> '$.sector' AS sector, stakeout_json(r.zstd) -> '$.tags' AS tags,
		stakeout_json(r.zstd) ->> '$.credibility' AS credibility, stakeout_json(r.zstd) ->> '$.published' AS published, stakeout_json(r.zstd) ->> '$.updated' AS updated,
		stakeout_json(r.zstd) ->> '$.language' AS language, stakeout_json(r.zstd) -> '$.metadata' AS metadata`
)

// unpackJSON lets SQL read what readings are kept as.
var unpackJSON = sync.OnceValue(func() error {
	packs := newPacker()
	return sqlite.RegisterDeterministicScalarFunction("stakeout_json", 1, func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		packed, ok := args[0].([]byte)
		if !ok {
			return nil, nil
		}
		text, err := packs.unpack(packed)
		return string(text), err
	})
})

// SQL runs a query on the history, which it can only read: the tables, and the
// views stories_v, versions_v, changes_v, fields_v and visits_v. row is called once
// with the columns alone, and for each row; its values are nil, int64, float64,
// string or []byte, and are good until it returns. What a query sorts and gathers is
// kept in memory.
func (s *Store) SQL(ctx context.Context, query string, row func(columns []string, values []any) error) (err error) {
	if s.d == onPostgres {
		return s.serverSQL(ctx, query, row)
	}
	if err := unpackJSON(); err != nil {
		return err
	}
	db, err := sql.Open("sqlite", s.uri(url.Values{"mode": {"ro"}}))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	conn, err := db.Conn(ctx)
	if err != nil {
		return ours(err)
	}
	defer conn.Close()
	if err := confine(ctx, conn); err != nil {
		return err
	}
	for _, v := range views {
		if _, err := conn.ExecContext(ctx, v); err != nil {
			return fmt.Errorf("views: %w", ours(err))
		}
	}
	if _, err := conn.ExecContext(ctx, "PRAGMA query_only = 1"); err != nil {
		return ours(err)
	}
	rows, err := conn.QueryContext(ctx, query)
	if err != nil {
		return err // of the person's own words: as SQLite says it
	}
	defer rows.Close()
	return eachRow(rows, row)
}

// serverSQL runs a query in a transaction that can only read. The views are the
// schema's.
func (s *Store) serverSQL(ctx context.Context, query string, row func(columns []string, values []any) error) error {
	t, err := s.stream.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return ours(err)
	}
	defer t.Rollback()
	rows, err := t.QueryContext(ctx, query)
	if err != nil {
		return err // of the person's own words: as Postgres says it
	}
	defer rows.Close()
	return eachRow(rows, row)
}

// eachRow calls do for each row, with its values as SQLite has them.
func eachRow(rows *sql.Rows, do func(columns []string, values []any) error) error {
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	if err := do(columns, nil); err != nil {
		return err
	}
	types, err := rows.ColumnTypes()
	if err != nil {
		return err
	}
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for i, v := range values {
			switch v := v.(type) {
			case bool:
				values[i] = int64(number(v))
			case time.Time:
				values[i] = v.Format(time.RFC3339Nano)
			case []byte:
				if name := types[i].DatabaseTypeName(); name == "JSON" || name == "JSONB" {
					values[i] = string(v)
				}
			}
		}
		if err := do(columns, values); err != nil {
			return err
		}
	}
	return rows.Err()
}

// longestValue is how long a value of a query may become, in bytes.
const longestValue = 100 << 20

// confine keeps a connection from writing anything anywhere: no other file can be
// attached, nor written by VACUUM INTO, and what is sorted stays in memory. This
// must come first: where temporary tables are kept can't change once there are any.
func confine(ctx context.Context, conn *sql.Conn) error {
	if _, err := conn.ExecContext(ctx, "PRAGMA temp_store = MEMORY"); err != nil {
		return ours(err)
	}
	if _, err := sqlite.Limit(conn, sqlite3.SQLITE_LIMIT_ATTACHED, 0); err != nil {
		return err
	}
	_, err := sqlite.Limit(conn, sqlite3.SQLITE_LIMIT_LENGTH, longestValue)
	return err
}
