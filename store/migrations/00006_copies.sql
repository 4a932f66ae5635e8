-- +goose Up
-- A few hashes of each story's latest text: what shares some may be a copy of it.
-- Mutable; what they are of is in the readings.
CREATE TABLE sketches (
  hash     INTEGER NOT NULL,
  story_id INTEGER NOT NULL REFERENCES stories (story_id),
  PRIMARY KEY (hash, story_id)
) STRICT, WITHOUT ROWID;

-- Those of each story, to take them out again: 8 bytes each, big-endian.
CREATE TABLE sketched (
  story_id INTEGER PRIMARY KEY REFERENCES stories (story_id),
  hashes   BLOB NOT NULL
) STRICT;

-- What a migration leaves to the program to do once, on what is on record, and
-- up to which row it is done. Mutable.
CREATE TABLE pending (
  work TEXT PRIMARY KEY,
  upto INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
INSERT INTO pending (work) SELECT 'sketches' WHERE EXISTS (SELECT 1 FROM versions);
INSERT INTO pending (work) SELECT 'pairs' WHERE EXISTS (SELECT 1 FROM versions);
