-- +goose Up
-- What a host taught who asked it last, or a source who ran it last: JSON of that
-- program, for the next one. Mutable.
ALTER TABLE hosts ADD COLUMN taught TEXT NOT NULL DEFAULT '';

-- When a program last said that its configuration has the source.
ALTER TABLE sources ADD COLUMN watched_at INTEGER;

-- The programs that run rounds, and when they last said so. Mutable; those that said
-- nothing for a day go.
CREATE TABLE workers (
  worker   TEXT PRIMARY KEY,
  began_at INTEGER NOT NULL,
  at       INTEGER NOT NULL,
  version  TEXT NOT NULL,
  sources  INTEGER NOT NULL, -- how many it watches
  rounds   INTEGER NOT NULL  -- how many it is running
) STRICT, WITHOUT ROWID;
