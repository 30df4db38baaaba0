-- +goose Up
-- What an account was writing to the citizen of a case (its code) or of a
-- conversation (its id), so that nothing typed is lost.
CREATE TABLE drafts (
    email TEXT NOT NULL,
    item  TEXT NOT NULL,
    text  TEXT NOT NULL,
    at    INTEGER NOT NULL,
    PRIMARY KEY (email, item)
) STRICT;

-- Forms of the console that were taken: a form posted twice is taken once.
CREATE TABLE form_keys (
    key TEXT PRIMARY KEY,
    at  INTEGER NOT NULL
) STRICT;
CREATE INDEX form_keys_at ON form_keys (at);

-- Answers that may still be taken back: footing is JSON of models.Footing, as the
-- case stood before; events is JSON of the inbox events by which citizens are told.
CREATE TABLE held_answers (
    case_code TEXT PRIMARY KEY,
    email     TEXT NOT NULL,
    text      TEXT NOT NULL,
    until     INTEGER NOT NULL,
    footing   TEXT NOT NULL,
    events    TEXT NOT NULL
) STRICT;

-- When a person held a conversation: by is who began and ended it; ended is 0
-- while it lasts, how says what ended it: handed_back, case, spam, or '' by itself.
CREATE TABLE human_stretches (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation TEXT NOT NULL,
    began        INTEGER NOT NULL,
    began_by     TEXT NOT NULL,
    ended        INTEGER NOT NULL DEFAULT 0,
    ended_by     TEXT NOT NULL DEFAULT '',
    how          TEXT NOT NULL DEFAULT '',
    reason       TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX human_stretches_conversation ON human_stretches (conversation, began);
CREATE UNIQUE INDEX human_stretches_open ON human_stretches (conversation) WHERE ended = 0;

-- Of an assignment, transfer or classification, what detail replaced.
ALTER TABLE case_events ADD COLUMN was TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE case_events DROP COLUMN was;
DROP TABLE human_stretches;
DROP TABLE held_answers;
DROP TABLE form_keys;
DROP TABLE drafts;
