-- +goose Up
-- What a host taught who asked it last, or a source who ran it last: JSON of that
-- program, for the next one. Mutable.
ALTER TABLE hosts ADD COLUMN taught TEXT COLLATE "C" NOT NULL DEFAULT '';

-- When a program last said that its configuration has the source.
ALTER TABLE sources ADD COLUMN watched_at BIGINT;

-- The programs that run rounds, and when they last said so. Mutable; those that said
-- nothing for a day go.
CREATE TABLE workers (
  worker   TEXT COLLATE "C" PRIMARY KEY,
  began_at BIGINT NOT NULL,
  at       BIGINT NOT NULL,
  version  TEXT COLLATE "C" NOT NULL,
  sources  BIGINT NOT NULL, -- how many it watches
  rounds   BIGINT NOT NULL  -- how many it is running
);
