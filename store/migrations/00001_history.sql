-- +goose Up
-- Times are milliseconds since 1970, UTC. Texts are UTF-8. JSON is as package
-- story marshals it.

-- Something to watch. Mutable: when it runs, and how its last collection went.
CREATE TABLE sources (
  name        TEXT PRIMARY KEY,
  next_run_at INTEGER,
  last_run_at INTEGER,
  listed_at   INTEGER,
  last_error  TEXT NOT NULL DEFAULT ''
) STRICT;

-- A story and where it stands. Mutable, and derived from what follows.
CREATE TABLE stories (
  source        TEXT NOT NULL,
  id            TEXT NOT NULL,
  url           TEXT NOT NULL,
  status        TEXT NOT NULL DEFAULT 'live',
  latest        INTEGER NOT NULL,
  first_seen_at INTEGER NOT NULL,
  last_seen_at  INTEGER NOT NULL,
  changed_at    INTEGER NOT NULL,
  PRIMARY KEY (source, id)
) STRICT;
CREATE INDEX stories_changed ON stories (changed_at);
CREATE INDEX stories_id ON stories (id);
CREATE INDEX stories_url ON stories (url);

-- Where a story was found and is requested, and when it is visited next.
CREATE TABLE addresses (
  address_id    INTEGER PRIMARY KEY,
  source        TEXT NOT NULL,
  url           TEXT NOT NULL,
  link_id       TEXT NOT NULL DEFAULT '',
  story_id      TEXT NOT NULL DEFAULT '',
  title         TEXT NOT NULL DEFAULT '',
  modified_at   INTEGER,
  found_at      INTEGER NOT NULL,
  listed_at     INTEGER NOT NULL,
  next_at       INTEGER,
  hinted        INTEGER NOT NULL DEFAULT 0,
  etag          TEXT NOT NULL DEFAULT '',
  last_modified TEXT NOT NULL DEFAULT '',
  gone_in_row   INTEGER NOT NULL DEFAULT 0,
  failures      INTEGER NOT NULL DEFAULT 0,
  UNIQUE (source, url)
) STRICT;
CREATE INDEX addresses_due ON addresses (source, next_at) WHERE next_at IS NOT NULL;
CREATE INDEX addresses_story ON addresses (source, story_id) WHERE story_id <> '';
CREATE INDEX addresses_url ON addresses (url);
CREATE INDEX addresses_waiting ON addresses (source) WHERE gone_in_row > 0 OR failures > 0;

-- A raw response, kept once however many versions came of it.
CREATE TABLE pages (
  sha256     TEXT PRIMARY KEY,
  raw_bytes  INTEGER NOT NULL,
  zstd       BLOB NOT NULL
) STRICT;

-- What a story said from one moment on.
CREATE TABLE versions (
  version_id INTEGER PRIMARY KEY,
  source     TEXT NOT NULL,
  id         TEXT NOT NULL,
  number     INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  url        TEXT NOT NULL,
  pages      TEXT NOT NULL,
  print      TEXT NOT NULL,
  prev_hash  TEXT NOT NULL,
  hash       TEXT NOT NULL,
  UNIQUE (source, id, number)
) STRICT;
CREATE INDEX versions_print ON versions (source, id, print);
CREATE INDEX versions_at ON versions (at);

-- What the rules of a day made of a version's pages; ordinal 1 is as recorded.
CREATE TABLE readings (
  version_id INTEGER NOT NULL REFERENCES versions (version_id),
  ordinal    INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  reading    TEXT NOT NULL,
  hash       TEXT NOT NULL,
  PRIMARY KEY (version_id, ordinal)
) STRICT, WITHOUT ROWID;

-- What happened, in the order in which it was recorded.
CREATE TABLE changes (
  cursor INTEGER PRIMARY KEY AUTOINCREMENT,
  source TEXT NOT NULL,
  id     TEXT NOT NULL,
  event  TEXT NOT NULL,
  at     INTEGER NOT NULL,
  change TEXT NOT NULL
) STRICT;
CREATE INDEX changes_story ON changes (source, id);
CREATE INDEX changes_at ON changes (at);

-- Every request. Visits of a story in a row that found the same fold into one.
CREATE TABLE visits (
  visit_id    INTEGER PRIMARY KEY,
  source      TEXT NOT NULL,
  url         TEXT NOT NULL,
  final_url   TEXT NOT NULL,
  id          TEXT NOT NULL,
  kind        TEXT NOT NULL,
  first_at    INTEGER NOT NULL,
  last_at     INTEGER NOT NULL,
  count       INTEGER NOT NULL DEFAULT 1,
  status      INTEGER NOT NULL,
  bytes       INTEGER NOT NULL,
  duration_ms INTEGER NOT NULL,
  outcome     TEXT NOT NULL,
  reason      TEXT NOT NULL,
  headers     TEXT NOT NULL,
  ignored     TEXT NOT NULL
) STRICT;
CREATE INDEX visits_url ON visits (source, url, visit_id);
CREATE INDEX visits_story ON visits (source, id, visit_id);

-- Every version's text, as first read.
CREATE VIRTUAL TABLE search USING fts5 (headline, body, other, content = '', tokenize = "unicode61 remove_diacritics 2");

-- +goose StatementBegin
CREATE TRIGGER pages_kept BEFORE DELETE ON pages BEGIN SELECT RAISE(ABORT, 'pages are never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER pages_fixed BEFORE UPDATE ON pages BEGIN SELECT RAISE(ABORT, 'pages are never altered'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER versions_kept BEFORE DELETE ON versions BEGIN SELECT RAISE(ABORT, 'versions are never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER versions_fixed BEFORE UPDATE ON versions BEGIN SELECT RAISE(ABORT, 'versions are never altered'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER readings_kept BEFORE DELETE ON readings BEGIN SELECT RAISE(ABORT, 'readings are never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER readings_fixed BEFORE UPDATE ON readings BEGIN SELECT RAISE(ABORT, 'readings are never altered'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER changes_kept BEFORE DELETE ON changes BEGIN SELECT RAISE(ABORT, 'changes are never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER changes_fixed BEFORE UPDATE ON changes BEGIN SELECT RAISE(ABORT, 'changes are never altered'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER visits_kept BEFORE DELETE ON visits BEGIN SELECT RAISE(ABORT, 'visits are never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER visits_fold BEFORE UPDATE ON visits
WHEN OLD.outcome <> 'same' OR NEW.outcome <> OLD.outcome OR NEW.source <> OLD.source OR NEW.url <> OLD.url
  OR NEW.id <> OLD.id OR NEW.first_at <> OLD.first_at OR NEW.count <> OLD.count + 1 OR NEW.last_at < OLD.last_at
BEGIN SELECT RAISE(ABORT, 'visits are never altered'); END;
-- +goose StatementEnd
