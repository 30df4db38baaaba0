-- +goose Up
-- What citizens asked about procedures and what became of it. text is without
-- numbers and names of people; procedure is what was answered or was nearest.
CREATE TABLE questions (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation TEXT   NOT NULL,
    unit         TEXT   NOT NULL,
    text         TEXT   NOT NULL,
    procedure    TEXT   NOT NULL,
    outcome      TEXT   NOT NULL, -- answered, offered, unknown, wrong, settled
    why          TEXT   NOT NULL, -- the words that led to the procedure
    at           INTEGER NOT NULL,
    settled_at   INTEGER NOT NULL DEFAULT 0,
    settled_by   TEXT   NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX questions_at ON questions (at);
CREATE INDEX questions_open ON questions (id) WHERE outcome IN ('unknown', 'wrong');
CREATE INDEX questions_conversation ON questions (conversation, id);
INSERT INTO questions (conversation, unit, text, procedure, outcome, why, at)
    SELECT conversation, '', question, nearest, CASE WHEN nearest = '' THEN 'unknown' ELSE 'wrong' END, '', at
    FROM learnings WHERE question <> '';
DROP TABLE learnings;

-- What a change of content would have changed of the questions before it: JSON
-- of what was tried, or ''.
ALTER TABLE content ADD COLUMN trial TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE content DROP COLUMN trial;
CREATE TABLE learnings (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation TEXT   NOT NULL,
    question     TEXT   NOT NULL,
    nearest      TEXT   NOT NULL,
    at           INTEGER NOT NULL
) STRICT;
INSERT INTO learnings (conversation, question, nearest, at)
    SELECT conversation, text, procedure, at FROM questions WHERE outcome IN ('unknown', 'wrong');
DROP TABLE questions;
