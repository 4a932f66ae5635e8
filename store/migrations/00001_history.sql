-- +goose Up
-- Times are milliseconds since 1970, UTC. Hashes are SHA-256, 32 bytes. JSON is
-- as package story marshals it. What is marked mutable can be derived, or says
-- only what is to be done next; everything else is append-only, and the triggers
-- at the end hold it so against any program that opens the file.

-- Something to watch. Mutable: when it runs, and how it was lately.
CREATE TABLE sources (
  name            TEXT PRIMARY KEY,
  next_run_at     INTEGER,
  last_run_at     INTEGER,
  listed_at       INTEGER,
  last_error      TEXT NOT NULL DEFAULT '',
  stories         INTEGER NOT NULL DEFAULT 0, -- how many it has
  last_visit_at   INTEGER,
  last_success_at INTEGER,
  base_page_id    INTEGER REFERENCES pages (page_id), -- the dictionary of its next pages
  recent          TEXT NOT NULL DEFAULT '' -- outcomes of the latest visits of its stories, oldest first
) STRICT, WITHOUT ROWID;

-- A story and where it stands. Mutable but for its key.
CREATE TABLE stories (
  story_id      INTEGER PRIMARY KEY,
  source        TEXT NOT NULL,
  id            TEXT NOT NULL,
  url           TEXT NOT NULL,
  headline      TEXT NOT NULL,
  status        TEXT NOT NULL CHECK (status IN ('live', 'removed')),
  latest        INTEGER NOT NULL CHECK (latest >= 1),
  first_seen_at INTEGER NOT NULL,
  last_seen_at  INTEGER NOT NULL,
  changed_at    INTEGER NOT NULL,
  UNIQUE (source, id)
) STRICT;
CREATE INDEX stories_changed ON stories (changed_at);
CREATE INDEX stories_source_changed ON stories (source, changed_at);
CREATE INDEX stories_source_first_seen ON stories (source, first_seen_at);
CREATE INDEX stories_url ON stories (url);

-- Where a story was found and is requested, and when it is visited next.
-- Mutable.
CREATE TABLE addresses (
  address_id    INTEGER PRIMARY KEY,
  source        TEXT NOT NULL,
  url           TEXT NOT NULL,
  host          TEXT NOT NULL,
  link_id       TEXT NOT NULL DEFAULT '', -- the story's ID, as the link tells it
  story_id      INTEGER REFERENCES stories (story_id),
  title         TEXT NOT NULL DEFAULT '',
  via           TEXT NOT NULL DEFAULT '',
  published_at  INTEGER,
  modified_at   INTEGER,
  found_at      INTEGER NOT NULL,
  listed_at     INTEGER,
  next_at       INTEGER,                  -- null for never
  hinted        INTEGER NOT NULL DEFAULT 0,
  etag          TEXT NOT NULL DEFAULT '',
  last_modified TEXT NOT NULL DEFAULT '',
  gone_in_row   INTEGER NOT NULL DEFAULT 0,
  failures      INTEGER NOT NULL DEFAULT 0,
  last_visit_id INTEGER,                  -- into which the next visit may fold
  UNIQUE (source, url)
) STRICT;
CREATE INDEX addresses_due ON addresses (source, next_at) WHERE next_at IS NOT NULL;
CREATE INDEX addresses_listed ON addresses (source, listed_at);
CREATE INDEX addresses_story ON addresses (story_id) WHERE story_id IS NOT NULL;
CREATE INDEX addresses_waiting ON addresses (source) WHERE gone_in_row > 0 OR failures > 0;

-- A raw response, kept once however many versions came of it: compressed with
-- zstd, with the raw bytes of the page base_id as dictionary where there is one.
CREATE TABLE pages (
  page_id   INTEGER PRIMARY KEY,
  sha256    BLOB NOT NULL UNIQUE, -- of the raw bytes
  raw_bytes INTEGER NOT NULL,
  base_id   INTEGER REFERENCES pages (page_id),
  zstd      BLOB NOT NULL
) STRICT;

-- What a story said from one moment on. chain.go says what the hashes cover.
CREATE TABLE versions (
  version_id   INTEGER PRIMARY KEY,
  story_id     INTEGER NOT NULL REFERENCES stories (story_id),
  number       INTEGER NOT NULL CHECK (number >= 1),
  at           INTEGER NOT NULL,
  prev_seen_at INTEGER,          -- when the version before was last seen
  url          TEXT NOT NULL,
  print        TEXT NOT NULL,    -- of its words: equal where they are
  content_hash BLOB NOT NULL,
  prev_hash    BLOB NOT NULL,    -- hash of the version before; empty for the first
  hash         BLOB NOT NULL,
  UNIQUE (story_id, number)
) STRICT;
CREATE INDEX versions_at ON versions (at);

-- The pages of a version, in their order; ordinal from 1.
CREATE TABLE version_pages (
  version_id   INTEGER NOT NULL REFERENCES versions (version_id),
  ordinal      INTEGER NOT NULL CHECK (ordinal >= 1),
  page_id      INTEGER NOT NULL REFERENCES pages (page_id),
  url          TEXT NOT NULL,
  content_type TEXT NOT NULL,
  PRIMARY KEY (version_id, ordinal)
) STRICT, WITHOUT ROWID;

-- What the rules of a day made of a version's pages; ordinal 1 is as recorded.
CREATE TABLE readings (
  reading_id INTEGER PRIMARY KEY,
  version_id INTEGER NOT NULL REFERENCES versions (version_id),
  ordinal    INTEGER NOT NULL CHECK (ordinal >= 1),
  at         INTEGER NOT NULL,
  zstd       BLOB NOT NULL,     -- its JSON
  hash       BLOB NOT NULL,
  UNIQUE (version_id, ordinal)
) STRICT;

-- What happened, in the order in which it was recorded.
CREATE TABLE changes (
  cursor       INTEGER PRIMARY KEY AUTOINCREMENT,
  source       TEXT NOT NULL,
  story_id     INTEGER NOT NULL REFERENCES stories (story_id),
  event        TEXT NOT NULL CHECK (event IN ('new', 'changed', 'removed', 'restored', 'moved', 'reread')),
  at           INTEGER NOT NULL,
  from_version INTEGER NOT NULL,
  to_version   INTEGER NOT NULL,
  classes      TEXT NOT NULL, -- ",fact,typo,", "" for none
  change       TEXT NOT NULL,
  content_hash BLOB NOT NULL,
  prev_hash    BLOB NOT NULL, -- hash of the change before, of whichever story
  hash         BLOB NOT NULL
) STRICT;
CREATE INDEX changes_source ON changes (source, cursor);
CREATE INDEX changes_story ON changes (story_id, cursor);
CREATE INDEX changes_at ON changes (at);

-- Every request. Visits in a row that found the same fold into one, whose count
-- and last visit alone may grow.
CREATE TABLE visits (
  visit_id    INTEGER PRIMARY KEY,
  source      TEXT NOT NULL,
  url         TEXT NOT NULL,
  final_url   TEXT NOT NULL, -- '' where it is the url
  story_id    INTEGER REFERENCES stories (story_id),
  kind        TEXT NOT NULL CHECK (kind IN ('story', 'listing')),
  outcome     TEXT NOT NULL,
  reason      TEXT NOT NULL,
  first_at    INTEGER NOT NULL,
  last_at     INTEGER NOT NULL,
  count       INTEGER NOT NULL DEFAULT 1,
  status      INTEGER NOT NULL, -- this and what follows are the last visit's
  bytes       INTEGER NOT NULL,
  duration_ms INTEGER NOT NULL,
  headers     TEXT NOT NULL,
  ignored     TEXT NOT NULL
) STRICT;
CREATE INDEX visits_story ON visits (story_id, visit_id) WHERE story_id IS NOT NULL;
CREATE INDEX visits_listing ON visits (source, url, visit_id) WHERE kind = 'listing';

-- Every version's words, as first read; rowid is version_id.
CREATE VIRTUAL TABLE search USING fts5 (headline, body, other,
  content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 2");

-- Its words, to expand the beginning of one.
CREATE VIRTUAL TABLE search_words USING fts5vocab (search, instance);

-- The triggers on INSERT stand against INSERT OR REPLACE, which deletes a row
-- without a word to the triggers on DELETE.

-- +goose StatementBegin
CREATE TRIGGER pages_kept BEFORE DELETE ON pages
BEGIN SELECT RAISE(ABORT, 'pages are never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER pages_fixed BEFORE UPDATE ON pages
BEGIN SELECT RAISE(ABORT, 'pages are never altered'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER pages_once BEFORE INSERT ON pages
WHEN EXISTS (SELECT 1 FROM pages WHERE page_id = NEW.page_id OR sha256 = NEW.sha256)
BEGIN SELECT RAISE(ABORT, 'pages are never replaced'); END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER versions_kept BEFORE DELETE ON versions
BEGIN SELECT RAISE(ABORT, 'versions are never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER versions_fixed BEFORE UPDATE ON versions
BEGIN SELECT RAISE(ABORT, 'versions are never altered'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER versions_once BEFORE INSERT ON versions
WHEN EXISTS (SELECT 1 FROM versions WHERE version_id = NEW.version_id OR story_id = NEW.story_id AND number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'versions are never replaced'); END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER version_pages_kept BEFORE DELETE ON version_pages
BEGIN SELECT RAISE(ABORT, 'the pages of a version are never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER version_pages_fixed BEFORE UPDATE ON version_pages
BEGIN SELECT RAISE(ABORT, 'the pages of a version are never altered'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER version_pages_once BEFORE INSERT ON version_pages
WHEN EXISTS (SELECT 1 FROM version_pages WHERE version_id = NEW.version_id AND ordinal = NEW.ordinal)
BEGIN SELECT RAISE(ABORT, 'the pages of a version are never replaced'); END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER readings_kept BEFORE DELETE ON readings
BEGIN SELECT RAISE(ABORT, 'readings are never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER readings_fixed BEFORE UPDATE ON readings
BEGIN SELECT RAISE(ABORT, 'readings are never altered'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER readings_once BEFORE INSERT ON readings
WHEN EXISTS (SELECT 1 FROM readings WHERE reading_id = NEW.reading_id OR version_id = NEW.version_id AND ordinal = NEW.ordinal)
BEGIN SELECT RAISE(ABORT, 'readings are never replaced'); END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER changes_kept BEFORE DELETE ON changes
BEGIN SELECT RAISE(ABORT, 'changes are never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER changes_fixed BEFORE UPDATE ON changes
BEGIN SELECT RAISE(ABORT, 'changes are never altered'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER changes_once BEFORE INSERT ON changes
WHEN EXISTS (SELECT 1 FROM changes WHERE cursor = NEW.cursor)
BEGIN SELECT RAISE(ABORT, 'changes are never replaced'); END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER visits_kept BEFORE DELETE ON visits
BEGIN SELECT RAISE(ABORT, 'visits are never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER visits_fixed BEFORE UPDATE OF visit_id, source, url, final_url, story_id, kind, outcome, reason, first_at ON visits
BEGIN SELECT RAISE(ABORT, 'visits are never altered'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER visits_fold BEFORE UPDATE ON visits
WHEN OLD.outcome <> 'same' OR NEW.count <> OLD.count + 1 OR NEW.last_at < OLD.last_at
BEGIN SELECT RAISE(ABORT, 'visits are never altered'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER visits_once BEFORE INSERT ON visits
WHEN EXISTS (SELECT 1 FROM visits WHERE visit_id = NEW.visit_id)
BEGIN SELECT RAISE(ABORT, 'visits are never replaced'); END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER stories_kept BEFORE DELETE ON stories
BEGIN SELECT RAISE(ABORT, 'stories are never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER stories_fixed BEFORE UPDATE OF story_id, source, id, first_seen_at ON stories
BEGIN SELECT RAISE(ABORT, 'the key of a story is never altered'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER stories_once BEFORE INSERT ON stories
WHEN EXISTS (SELECT 1 FROM stories WHERE story_id = NEW.story_id OR source = NEW.source AND id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'stories are never replaced'); END;
-- +goose StatementEnd
