-- +goose Up
-- The hashes of stories' sketches are kept as words of an index: written in a row
-- where a table would touch a page for each, in a large history six times as slow.
-- rowid is story_id; what a story's are is in sketched.
DROP TABLE sketches;
CREATE VIRTUAL TABLE sketches USING fts5 (hashes,
  content = '', contentless_delete = 1, detail = none, tokenize = "ascii");
DELETE FROM sketched;
INSERT OR REPLACE INTO pending (work) SELECT 'sketches' WHERE EXISTS (SELECT 1 FROM versions);
