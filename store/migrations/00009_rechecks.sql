-- +goose Up
-- What the re-check policy keeps of a story between two looks, where its source
-- has that policy. Mutable.
CREATE TABLE rechecks (
  address_id INTEGER PRIMARY KEY REFERENCES addresses (address_id),
  state      TEXT NOT NULL, -- JSON
  left_at    INTEGER        -- when its listings were first read without it
) STRICT;

-- What the looks at a source's stories have taught. Mutable.
CREATE TABLE learnt (
  source TEXT PRIMARY KEY,
  at     INTEGER NOT NULL, -- when it was kept
  learnt TEXT NOT NULL     -- JSON
) STRICT, WITHOUT ROWID;

-- Who may ask a host. Mutable. The number grows whenever another takes over.
CREATE TABLE hosts (
  host       TEXT PRIMARY KEY,
  holder     TEXT NOT NULL, -- "" for nobody
  number     INTEGER NOT NULL,
  until      INTEGER NOT NULL, -- the holder's, unless renewed
  not_before INTEGER NOT NULL  -- the next request of whoever comes next
) STRICT, WITHOUT ROWID;
