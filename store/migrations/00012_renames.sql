-- +goose Up
-- The sources that got another name. A row is written in the transaction that names
-- them, and is open (done = 0) within it alone: the triggers below let through just
-- what an open row says. Its hash follows on the one before (rename.go). Append-only.
CREATE TABLE renames (
  rename_id INTEGER PRIMARY KEY,
  at        INTEGER NOT NULL,
  old_name  TEXT NOT NULL,
  new_name  TEXT NOT NULL,
  head_hash BLOB NOT NULL, -- of the log when this was written
  prev_hash BLOB NOT NULL, -- hash of the rename before; empty for the first
  hash      BLOB NOT NULL,
  done      INTEGER NOT NULL DEFAULT 0
) STRICT;

-- The name under which a story was recorded first, where its source has another now:
-- what the hashes of its versions and changes cover.
ALTER TABLE stories ADD COLUMN recorded_source TEXT;

-- +goose StatementBegin
CREATE TRIGGER renames_kept BEFORE DELETE ON renames
BEGIN SELECT RAISE(ABORT, 'renames are never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER renames_fixed BEFORE UPDATE ON renames
WHEN OLD.done <> 0 OR NEW.rename_id <> OLD.rename_id OR NEW.at <> OLD.at OR NEW.old_name <> OLD.old_name OR NEW.new_name <> OLD.new_name
  OR NEW.head_hash <> OLD.head_hash OR NEW.prev_hash <> OLD.prev_hash OR NEW.hash <> OLD.hash
BEGIN SELECT RAISE(ABORT, 'renames are never altered'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER renames_once BEFORE INSERT ON renames
WHEN EXISTS (SELECT 1 FROM renames WHERE rename_id = NEW.rename_id)
BEGIN SELECT RAISE(ABORT, 'renames are never replaced'); END;
-- +goose StatementEnd

-- What has a source's name gets the new one, and nothing else is altered by it.
DROP TRIGGER stories_fixed;
-- +goose StatementBegin
CREATE TRIGGER stories_fixed BEFORE UPDATE OF story_id, source, id, first_seen_at, recorded_source ON stories
WHEN NEW.story_id <> OLD.story_id OR NEW.id <> OLD.id OR NEW.first_seen_at <> OLD.first_seen_at
  OR coalesce(NEW.recorded_source, '') <> coalesce(OLD.recorded_source, OLD.source)
  OR NOT EXISTS (SELECT 1 FROM renames WHERE done = 0 AND old_name = OLD.source AND new_name = NEW.source)
BEGIN SELECT RAISE(ABORT, 'the key of a story is never altered'); END;
-- +goose StatementEnd
DROP TRIGGER changes_fixed;
-- +goose StatementBegin
CREATE TRIGGER changes_fixed BEFORE UPDATE ON changes
WHEN NEW.cursor <> OLD.cursor OR NEW.story_id <> OLD.story_id OR NEW.event <> OLD.event OR NEW.at <> OLD.at
  OR NEW.from_version <> OLD.from_version OR NEW.to_version <> OLD.to_version OR NEW.classes <> OLD.classes OR NEW.change <> OLD.change
  OR NEW.content_hash <> OLD.content_hash OR NEW.prev_hash <> OLD.prev_hash OR NEW.hash <> OLD.hash
  OR NOT EXISTS (SELECT 1 FROM renames WHERE done = 0 AND old_name = OLD.source AND new_name = NEW.source)
BEGIN SELECT RAISE(ABORT, 'changes are never altered'); END;
-- +goose StatementEnd
DROP TRIGGER visits_fixed;
-- +goose StatementBegin
CREATE TRIGGER visits_fixed BEFORE UPDATE OF visit_id, url, final_url, story_id, kind, outcome, reason, first_at ON visits
BEGIN SELECT RAISE(ABORT, 'visits are never altered'); END;
-- +goose StatementEnd
DROP TRIGGER visits_fold;
-- +goose StatementBegin
CREATE TRIGGER visits_fold BEFORE UPDATE ON visits
WHEN NEW.source = OLD.source AND (OLD.outcome <> 'same' OR NEW.count <> OLD.count + 1 OR NEW.last_at < OLD.last_at)
BEGIN SELECT RAISE(ABORT, 'visits are never altered'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER visits_named BEFORE UPDATE ON visits
WHEN NEW.source <> OLD.source AND (NEW.count <> OLD.count OR NEW.last_at <> OLD.last_at OR NEW.status <> OLD.status OR NEW.bytes <> OLD.bytes
  OR NEW.duration_ms <> OLD.duration_ms OR NEW.headers <> OLD.headers OR NEW.ignored <> OLD.ignored
  OR NOT EXISTS (SELECT 1 FROM renames WHERE done = 0 AND old_name = OLD.source AND new_name = NEW.source))
BEGIN SELECT RAISE(ABORT, 'visits are never altered'); END;
-- +goose StatementEnd
DROP TRIGGER templates_fixed;
-- +goose StatementBegin
CREATE TRIGGER templates_fixed BEFORE UPDATE ON templates
WHEN NEW.template_id <> OLD.template_id OR NEW.at <> OLD.at OR NEW.template <> OLD.template
  OR NOT EXISTS (SELECT 1 FROM renames WHERE done = 0 AND old_name = OLD.source AND new_name = NEW.source)
BEGIN SELECT RAISE(ABORT, 'templates are never altered'); END;
-- +goose StatementEnd
