-- +goose Up
-- The sources that got another name. A row is written in the transaction that names
-- them, and is open (done = 0) within it alone: the triggers below let through just
-- what an open row says. Its hash follows on the one before (rename.go). Append-only.
CREATE TABLE renames (
  rename_id BIGINT PRIMARY KEY,
  at        BIGINT NOT NULL,
  old_name  TEXT COLLATE "C" NOT NULL,
  new_name  TEXT COLLATE "C" NOT NULL,
  head_hash BYTEA NOT NULL, -- of the log when this was written
  prev_hash BYTEA NOT NULL, -- hash of the rename before; empty for the first
  hash      BYTEA NOT NULL,
  done      BIGINT NOT NULL DEFAULT 0
);

-- The name under which a story was recorded first, where its source has another now:
-- what the hashes of its versions and changes cover.
ALTER TABLE stories ADD COLUMN recorded_source TEXT COLLATE "C";

CREATE TRIGGER renames_kept BEFORE DELETE ON renames FOR EACH ROW EXECUTE FUNCTION stakeout_refuse('renames are never deleted');
CREATE TRIGGER renames_emptied BEFORE TRUNCATE ON renames FOR EACH STATEMENT EXECUTE FUNCTION stakeout_refuse('renames are never deleted');
CREATE TRIGGER renames_fixed BEFORE UPDATE ON renames FOR EACH ROW
  WHEN (OLD.done <> 0 OR NEW.rename_id <> OLD.rename_id OR NEW.at <> OLD.at OR NEW.old_name <> OLD.old_name OR NEW.new_name <> OLD.new_name
    OR NEW.head_hash <> OLD.head_hash OR NEW.prev_hash <> OLD.prev_hash OR NEW.hash <> OLD.hash)
  EXECUTE FUNCTION stakeout_refuse('renames are never altered');

-- What has a source's name gets the new one, and nothing else is altered by it.
-- +goose StatementBegin
CREATE FUNCTION stakeout_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE n record := NEW;
BEGIN
  n.source := OLD.source;
  IF n IS DISTINCT FROM OLD OR NOT EXISTS (SELECT 1 FROM renames WHERE done = 0 AND old_name = OLD.source AND new_name = NEW.source)
  THEN RAISE EXCEPTION '% are never altered', TG_ARGV[0]; END IF;
  RETURN NEW;
END $$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION stakeout_story_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.story_id <> OLD.story_id OR NEW.id <> OLD.id OR NEW.first_seen_at <> OLD.first_seen_at
    OR coalesce(NEW.recorded_source, '') <> coalesce(OLD.recorded_source, OLD.source)
    OR NOT EXISTS (SELECT 1 FROM renames WHERE done = 0 AND old_name = OLD.source AND new_name = NEW.source)
  THEN RAISE EXCEPTION 'the key of a story is never altered'; END IF;
  RETURN NEW;
END $$;
-- +goose StatementEnd
DROP TRIGGER stories_fixed ON stories;
CREATE TRIGGER stories_fixed BEFORE UPDATE OF story_id, source, id, first_seen_at, recorded_source ON stories FOR EACH ROW EXECUTE FUNCTION stakeout_story_renamed();
DROP TRIGGER changes_fixed ON changes;
CREATE TRIGGER changes_fixed BEFORE UPDATE ON changes FOR EACH ROW EXECUTE FUNCTION stakeout_renamed('changes');
DROP TRIGGER visits_fixed ON visits;
CREATE TRIGGER visits_fixed BEFORE UPDATE OF visit_id, url, final_url, story_id, kind, outcome, reason, first_at ON visits FOR EACH ROW EXECUTE FUNCTION stakeout_refuse('visits are never altered');
DROP TRIGGER visits_fold ON visits;
CREATE TRIGGER visits_fold BEFORE UPDATE ON visits FOR EACH ROW
  WHEN (NEW.source = OLD.source AND (OLD.outcome <> 'same' OR NEW.count <> OLD.count + 1 OR NEW.last_at < OLD.last_at))
  EXECUTE FUNCTION stakeout_refuse('visits are never altered');
CREATE TRIGGER visits_named BEFORE UPDATE ON visits FOR EACH ROW WHEN (NEW.source <> OLD.source) EXECUTE FUNCTION stakeout_renamed('visits');
DROP TRIGGER templates_fixed ON templates;
CREATE TRIGGER templates_fixed BEFORE UPDATE ON templates FOR EACH ROW EXECUTE FUNCTION stakeout_renamed('templates');

-- The triggers ask these tables, whatever another session calls by their names.
-- +goose StatementBegin
DO $$
BEGIN
  EXECUTE format('ALTER FUNCTION stakeout_renamed() SET search_path = %I, pg_temp', current_schema());
  EXECUTE format('ALTER FUNCTION stakeout_story_renamed() SET search_path = %I, pg_temp', current_schema());
END $$;
-- +goose StatementEnd
