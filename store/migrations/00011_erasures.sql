-- +goose Up
-- What was pruned and forgotten, and by whose word: the only ways out of a history.
-- A row is written before anything goes, and says what may go; while it is open, the
-- triggers below let just that through. Its hash follows on the one before
-- (erasure.go). Append-only but for its counts, which grow until it is done.
CREATE TABLE erasures (
  erasure_id    INTEGER PRIMARY KEY AUTOINCREMENT,
  kind          TEXT NOT NULL CHECK (kind IN ('prune', 'forget')),
  at            INTEGER NOT NULL,
  reason        TEXT NOT NULL,
  source        TEXT NOT NULL,    -- of the story; of a prune '' for every source
  story_id      INTEGER,          -- that is forgotten
  pages_before  INTEGER,          -- pages of versions last seen before this are pruned
  visits_before INTEGER,          -- visits that ended before this are dropped
  head_hash     BLOB NOT NULL,    -- of the log when this was written
  prev_hash     BLOB NOT NULL,    -- hash of the erasure before; empty for the first
  hash          BLOB NOT NULL,
  done_at       INTEGER,          -- null while it is open
  versions      INTEGER NOT NULL DEFAULT 0,
  pages         INTEGER NOT NULL DEFAULT 0,
  visits        INTEGER NOT NULL DEFAULT 0,
  CHECK ((kind = 'forget') = (story_id IS NOT NULL))
) STRICT;

-- The pages of which only the hash is left. A row goes again where the same bytes
-- come once more.
CREATE TABLE pruned_pages (
  page_id    INTEGER PRIMARY KEY REFERENCES pages (page_id),
  erasure_id INTEGER NOT NULL REFERENCES erasures (erasure_id)
) STRICT;

-- What is left of a story that was forgotten: what the chains need. Append-only.
CREATE TABLE forgotten_versions (
  erasure_id   INTEGER NOT NULL REFERENCES erasures (erasure_id),
  number       INTEGER NOT NULL,
  at           INTEGER NOT NULL,
  content_hash BLOB NOT NULL,
  prev_hash    BLOB NOT NULL,
  hash         BLOB NOT NULL,
  PRIMARY KEY (erasure_id, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE forgotten_changes (
  cursor       INTEGER PRIMARY KEY,
  erasure_id   INTEGER NOT NULL REFERENCES erasures (erasure_id),
  at           INTEGER NOT NULL,
  content_hash BLOB NOT NULL,
  prev_hash    BLOB NOT NULL,
  hash         BLOB NOT NULL
) STRICT;

-- What isn't collected again: hashes of keys and addresses. Append-only.
CREATE TABLE forgotten (
  hash       BLOB PRIMARY KEY,
  erasure_id INTEGER NOT NULL REFERENCES erasures (erasure_id)
) STRICT, WITHOUT ROWID;

-- Who uses a page: asked before one goes.
CREATE INDEX version_pages_page ON version_pages (page_id);
CREATE INDEX pages_base ON pages (base_id) WHERE base_id IS NOT NULL;

-- +goose StatementBegin
CREATE TRIGGER erasures_kept BEFORE DELETE ON erasures
BEGIN SELECT RAISE(ABORT, 'erasures are never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER erasures_fixed BEFORE UPDATE OF erasure_id, kind, at, reason, source, story_id, pages_before, visits_before, head_hash, prev_hash, hash ON erasures
BEGIN SELECT RAISE(ABORT, 'erasures are never altered'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER erasures_grow BEFORE UPDATE ON erasures
WHEN OLD.done_at IS NOT NULL OR NEW.versions < OLD.versions OR NEW.pages < OLD.pages OR NEW.visits < OLD.visits
BEGIN SELECT RAISE(ABORT, 'erasures that are done are never altered'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER erasures_once BEFORE INSERT ON erasures
WHEN EXISTS (SELECT 1 FROM erasures WHERE erasure_id = NEW.erasure_id)
BEGIN SELECT RAISE(ABORT, 'erasures are never replaced'); END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER pruned_pages_kept BEFORE DELETE ON pruned_pages
WHEN (SELECT length(zstd) FROM pages WHERE page_id = OLD.page_id) = 0 AND EXISTS (SELECT 1 FROM version_pages WHERE page_id = OLD.page_id)
BEGIN SELECT RAISE(ABORT, 'what was pruned is never denied'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER pruned_pages_fixed BEFORE UPDATE ON pruned_pages
BEGIN SELECT RAISE(ABORT, 'what was pruned is never altered'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER pruned_pages_once BEFORE INSERT ON pruned_pages
WHEN EXISTS (SELECT 1 FROM pruned_pages WHERE page_id = NEW.page_id)
BEGIN SELECT RAISE(ABORT, 'what was pruned is never replaced'); END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER forgotten_versions_kept BEFORE DELETE ON forgotten_versions
BEGIN SELECT RAISE(ABORT, 'what is left of versions is never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER forgotten_versions_fixed BEFORE UPDATE ON forgotten_versions
BEGIN SELECT RAISE(ABORT, 'what is left of versions is never altered'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER forgotten_versions_once BEFORE INSERT ON forgotten_versions
WHEN EXISTS (SELECT 1 FROM forgotten_versions WHERE erasure_id = NEW.erasure_id AND number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'what is left of versions is never replaced'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER forgotten_changes_kept BEFORE DELETE ON forgotten_changes
BEGIN SELECT RAISE(ABORT, 'what is left of changes is never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER forgotten_changes_fixed BEFORE UPDATE ON forgotten_changes
BEGIN SELECT RAISE(ABORT, 'what is left of changes is never altered'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER forgotten_changes_once BEFORE INSERT ON forgotten_changes
WHEN EXISTS (SELECT 1 FROM forgotten_changes WHERE cursor = NEW.cursor)
BEGIN SELECT RAISE(ABORT, 'what is left of changes is never replaced'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER forgotten_kept BEFORE DELETE ON forgotten
BEGIN SELECT RAISE(ABORT, 'what is forgotten is never collected again'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER forgotten_fixed BEFORE UPDATE ON forgotten
BEGIN SELECT RAISE(ABORT, 'what is forgotten is never collected again'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER forgotten_once BEFORE INSERT ON forgotten
WHEN EXISTS (SELECT 1 FROM forgotten WHERE hash = NEW.hash)
BEGIN SELECT RAISE(ABORT, 'what is forgotten is never replaced'); END;
-- +goose StatementEnd

-- A page goes whole once no version has it; its bytes go once every version that has
-- it was last seen before the day that an open prune names. What is packed with it
-- is packed anew before. Its SHA-256 stays, so verify tells bytes that are others.
DROP TRIGGER pages_kept;
-- +goose StatementBegin
CREATE TRIGGER pages_kept BEFORE DELETE ON pages
WHEN NOT EXISTS (SELECT 1 FROM erasures WHERE kind = 'forget' AND done_at IS NULL)
  OR EXISTS (SELECT 1 FROM version_pages WHERE page_id = OLD.page_id)
  OR EXISTS (SELECT 1 FROM pages WHERE base_id = OLD.page_id)
BEGIN SELECT RAISE(ABORT, 'pages are never deleted'); END;
-- +goose StatementEnd
DROP TRIGGER pages_fixed;
-- +goose StatementBegin
CREATE TRIGGER pages_fixed BEFORE UPDATE ON pages
WHEN NEW.page_id <> OLD.page_id OR NEW.sha256 <> OLD.sha256 OR NEW.raw_bytes <> OLD.raw_bytes OR CASE
  WHEN length(NEW.zstd) = 0 THEN
    NEW.base_id IS NOT NULL OR length(OLD.zstd) = 0 OR EXISTS (SELECT 1 FROM pages WHERE base_id = OLD.page_id)
    OR NOT EXISTS (SELECT 1 FROM pruned_pages p JOIN erasures e ON e.erasure_id = p.erasure_id
      WHERE p.page_id = OLD.page_id AND e.kind = 'prune' AND e.done_at IS NULL AND e.pages_before IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM version_pages vp JOIN versions v ON v.version_id = vp.version_id JOIN stories s ON s.story_id = v.story_id
        WHERE vp.page_id = OLD.page_id AND (e.source <> '' AND s.source <> e.source
        OR coalesce((SELECT n.prev_seen_at FROM versions n WHERE n.story_id = v.story_id AND n.number = v.number + 1), s.last_seen_at) >= e.pages_before)))
  WHEN length(OLD.zstd) = 0 THEN 0
  ELSE NOT EXISTS (SELECT 1 FROM erasures WHERE done_at IS NULL)
  END
BEGIN SELECT RAISE(ABORT, 'pages are never altered'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER pages_base_is_there BEFORE INSERT ON pages
WHEN NEW.base_id IS NOT NULL AND coalesce((SELECT length(zstd) FROM pages WHERE page_id = NEW.base_id), 0) = 0
BEGIN SELECT RAISE(ABORT, 'pages are never packed with one that is gone'); END;
-- +goose StatementEnd

-- A story that is forgotten: each of its rows may go once what the chains need of it
-- is kept.
DROP TRIGGER versions_kept;
-- +goose StatementBegin
CREATE TRIGGER versions_kept BEFORE DELETE ON versions
WHEN NOT EXISTS (SELECT 1 FROM erasures e JOIN forgotten_versions f ON f.erasure_id = e.erasure_id
  WHERE e.kind = 'forget' AND e.done_at IS NULL AND e.story_id = OLD.story_id AND f.number = OLD.number
  AND f.content_hash = OLD.content_hash AND f.prev_hash = OLD.prev_hash AND f.hash = OLD.hash)
BEGIN SELECT RAISE(ABORT, 'versions are never deleted'); END;
-- +goose StatementEnd
DROP TRIGGER version_pages_kept;
-- +goose StatementBegin
CREATE TRIGGER version_pages_kept BEFORE DELETE ON version_pages
WHEN NOT EXISTS (SELECT 1 FROM versions v JOIN erasures e ON e.story_id = v.story_id
  WHERE v.version_id = OLD.version_id AND e.kind = 'forget' AND e.done_at IS NULL)
BEGIN SELECT RAISE(ABORT, 'the pages of a version are never deleted'); END;
-- +goose StatementEnd
DROP TRIGGER readings_kept;
-- +goose StatementBegin
CREATE TRIGGER readings_kept BEFORE DELETE ON readings
WHEN NOT EXISTS (SELECT 1 FROM versions v JOIN erasures e ON e.story_id = v.story_id
  WHERE v.version_id = OLD.version_id AND e.kind = 'forget' AND e.done_at IS NULL)
BEGIN SELECT RAISE(ABORT, 'readings are never deleted'); END;
-- +goose StatementEnd
DROP TRIGGER changes_kept;
-- +goose StatementBegin
CREATE TRIGGER changes_kept BEFORE DELETE ON changes
WHEN NOT EXISTS (SELECT 1 FROM erasures e JOIN forgotten_changes f ON f.erasure_id = e.erasure_id
  WHERE e.kind = 'forget' AND e.done_at IS NULL AND e.story_id = OLD.story_id AND f.cursor = OLD.cursor
  AND f.content_hash = OLD.content_hash AND f.prev_hash = OLD.prev_hash AND f.hash = OLD.hash)
BEGIN SELECT RAISE(ABORT, 'changes are never deleted'); END;
-- +goose StatementEnd
DROP TRIGGER stories_kept;
-- +goose StatementBegin
CREATE TRIGGER stories_kept BEFORE DELETE ON stories
WHEN EXISTS (SELECT 1 FROM versions WHERE story_id = OLD.story_id)
  OR NOT EXISTS (SELECT 1 FROM erasures WHERE kind = 'forget' AND done_at IS NULL AND story_id = OLD.story_id)
BEGIN SELECT RAISE(ABORT, 'stories are never deleted'); END;
-- +goose StatementEnd

-- Visits go with their story, and by a prune where they brought nothing and none
-- folds into them any more.
DROP TRIGGER visits_kept;
-- +goose StatementBegin
CREATE TRIGGER visits_kept BEFORE DELETE ON visits
WHEN NOT EXISTS (SELECT 1 FROM erasures e WHERE e.done_at IS NULL AND CASE e.kind
  WHEN 'forget' THEN e.story_id = OLD.story_id OR e.source = OLD.source AND EXISTS (SELECT 1 FROM addresses a WHERE a.source = OLD.source AND a.url = OLD.url AND a.story_id = e.story_id)
  ELSE OLD.last_at < e.visits_before AND e.source IN ('', OLD.source) AND OLD.outcome NOT IN ('new', 'changed', 'removed')
    AND NOT EXISTS (SELECT 1 FROM addresses a WHERE a.source = OLD.source AND a.url = OLD.url AND a.last_visit_id = OLD.visit_id)
  END)
BEGIN SELECT RAISE(ABORT, 'visits are never deleted'); END;
-- +goose StatementEnd
