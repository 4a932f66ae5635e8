-- +goose Up
-- What a source's pages taught the reader: lines that stand on all of them.
-- Readings name the template that they were made with, so none is ever altered.
CREATE TABLE templates (
  source      TEXT NOT NULL,
  template_id TEXT NOT NULL,
  at          INTEGER NOT NULL,
  template    TEXT NOT NULL, -- JSON
  PRIMARY KEY (source, template_id)
) STRICT;

-- What a source's visits taught that can be learnt again. Mutable.
CREATE TABLE lessons (
  source TEXT PRIMARY KEY,
  at     INTEGER NOT NULL,
  lesson TEXT NOT NULL -- JSON
) STRICT, WITHOUT ROWID;

-- +goose StatementBegin
CREATE TRIGGER templates_kept BEFORE DELETE ON templates
BEGIN SELECT RAISE(ABORT, 'templates are never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER templates_fixed BEFORE UPDATE ON templates
BEGIN SELECT RAISE(ABORT, 'templates are never altered'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER templates_once BEFORE INSERT ON templates
WHEN EXISTS (SELECT 1 FROM templates WHERE source = NEW.source AND template_id = NEW.template_id)
BEGIN SELECT RAISE(ABORT, 'templates are never replaced'); END;
-- +goose StatementEnd
