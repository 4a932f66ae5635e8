-- +goose Up
-- The oldest schema whose programs go on with this one: a migration that only adds
-- leaves it, one that a program before it can't bear raises it to its own number
-- (docs/decisions/15-schemas-that-only-grow.md).
CREATE TABLE compatible (
  one   BIGINT PRIMARY KEY CHECK (one = 1),
  since BIGINT NOT NULL
);
INSERT INTO compatible (one, since) VALUES (1, 14);
