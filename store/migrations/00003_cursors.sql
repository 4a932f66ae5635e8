-- +goose Up
-- How far an export under a name came in the log. Mutable. While a file is being
-- put into its place, pending says where the cursor moves once it is there.
CREATE TABLE cursors (
  name            TEXT PRIMARY KEY,
  cursor          INTEGER NOT NULL,
  at              INTEGER NOT NULL,
  pending_cursor  INTEGER,
  pending_path    TEXT NOT NULL DEFAULT '',
  pending_sha256  TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
