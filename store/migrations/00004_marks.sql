-- +goose Up
-- What people mark: none of it is history, all of it mutable. A change is marked
-- by its cursor.
CREATE TABLE marks (
  cursor  INTEGER PRIMARY KEY,
  seen_at INTEGER,
  starred INTEGER NOT NULL DEFAULT 0,
  label   TEXT NOT NULL DEFAULT '',
  note    TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX marks_starred ON marks (cursor) WHERE starred = 1;

-- Up to which change everything counts as seen: a step that marks one by one
-- would fill the table.
CREATE TABLE seen_upto (
  one    INTEGER PRIMARY KEY CHECK (one = 1),
  cursor INTEGER NOT NULL
) STRICT;

-- Filters that people keep under a name.
CREATE TABLE saved_filters (
  name   TEXT PRIMARY KEY,
  filter TEXT NOT NULL,
  at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
