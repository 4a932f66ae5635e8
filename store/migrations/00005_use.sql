-- +goose Up
-- What sources with a budget asked of their sites, by the minute, for a day.
-- Mutable.
CREATE TABLE uses (
  source    TEXT NOT NULL,
  minute_at INTEGER NOT NULL,
  requests  INTEGER NOT NULL,
  bytes     INTEGER NOT NULL,
  PRIMARY KEY (source, minute_at)
) STRICT, WITHOUT ROWID;

-- How a host was treated in each run of the program that asked it. Mutable while
-- that run lasts.
CREATE TABLE paces (
  host         TEXT NOT NULL,
  began_at     INTEGER NOT NULL, -- the run
  at           INTEGER NOT NULL, -- this was written
  requests     INTEGER NOT NULL, -- retries, redirects and robots.txt among them
  least_gap_ms INTEGER,          -- between the beginnings of two; null for fewer than two
  delay_ms     INTEGER NOT NULL, -- what was kept last, by configuration, robots.txt and the host's answers
  PRIMARY KEY (host, began_at)
) STRICT, WITHOUT ROWID;
