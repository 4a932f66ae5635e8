-- +goose Up
-- The last page of each story that its source's rules or the reader could no longer
-- read as before, until one reads again: what a repair is tried on. Mutable; no
-- history.
CREATE TABLE broken_pages (
  source       TEXT NOT NULL,
  url          TEXT NOT NULL, -- as it is requested
  story_id     INTEGER REFERENCES stories (story_id),
  fields       TEXT NOT NULL, -- what is missing, ",body,tags,"
  reason       TEXT NOT NULL,
  first_at     INTEGER NOT NULL,
  last_at      INTEGER NOT NULL,
  page_url     TEXT NOT NULL,
  content_type TEXT NOT NULL,
  zstd         BLOB, -- of the latest few
  PRIMARY KEY (source, url)
) STRICT;
