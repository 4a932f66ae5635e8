-- +goose Up
-- How far each notification rule has looked through the log. Mutable.
CREATE TABLE notify_cursors (
  rule   TEXT PRIMARY KEY,
  cursor INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Messages on their way to people, and those that could not be delivered. Mutable;
-- what was delivered is forgotten after a while. The ID is the same however often a
-- message is sent.
CREATE TABLE deliveries (
  delivery_id TEXT PRIMARY KEY,
  rule        TEXT NOT NULL,
  target      TEXT NOT NULL, -- a name that tells nothing secret
  cursors     TEXT NOT NULL, -- JSON, of the changes it tells of
  text        TEXT NOT NULL, -- of a message about a source; "" where changes are told
  state       TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'dead')),
  due_at      INTEGER NOT NULL,
  at          INTEGER NOT NULL,
  tries       INTEGER NOT NULL DEFAULT 0,
  last_error  TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE INDEX deliveries_due ON deliveries (due_at) WHERE state = 'waiting';
CREATE INDEX deliveries_rule ON deliveries (rule, state, at);

-- What was last told of a source's health: "" for well.
CREATE TABLE told_trouble (
  source  TEXT PRIMARY KEY,
  trouble TEXT NOT NULL,
  at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
