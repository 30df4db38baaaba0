-- +goose Up
-- The clock of every case that is or was owed an answer. seen is the case's
-- updated_at when it was looked at; rules names the rules that its due date was
-- counted by, '' for those of a case older than this table, whose date stays until
-- the rules change; next_at is when staff are to be reminded next, 0 for never.
CREATE TABLE case_clocks (
    code    TEXT PRIMARY KEY,
    open    INTEGER NOT NULL, -- 1 while something is owed
    seen    INTEGER NOT NULL,
    rules   TEXT NOT NULL,
    next_at INTEGER NOT NULL
) STRICT;
CREATE INDEX case_clocks_seen ON case_clocks (seen);
CREATE INDEX case_clocks_rules ON case_clocks (rules, code) WHERE open = 1;
CREATE INDEX case_clocks_next ON case_clocks (next_at, code) WHERE next_at > 0;
INSERT INTO case_clocks (code, open, seen, rules, next_at)
    SELECT code, 1, 0, '', 0 FROM cases WHERE status IN ('new', 'accepted', 'in_progress', 'waiting_citizen', 'transferred')
    UNION ALL SELECT code, 0, updated_at, '', 0 FROM cases WHERE status NOT IN ('new', 'accepted', 'in_progress', 'waiting_citizen', 'transferred');

-- The rules that due dates were counted by: a JSON list.
CREATE TABLE deadline_rules (
    name  TEXT PRIMARY KEY, -- SHA-256 of rules, hexadecimal
    rules TEXT NOT NULL,
    at    INTEGER NOT NULL
) STRICT;

-- Due dates that a change of the rules moved. counted is the date by the new
-- rules, due the one that stands: never earlier than was, which was promised.
CREATE TABLE deadline_moves (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    at        INTEGER NOT NULL,
    case_code TEXT NOT NULL,
    was       INTEGER NOT NULL,
    counted   INTEGER NOT NULL,
    due       INTEGER NOT NULL,
    why       TEXT NOT NULL -- JSON: what changed of the rules
) STRICT;
CREATE INDEX deadline_moves_case ON deadline_moves (case_code, id);

-- Reminders of staff, once for each stage of a term: 50, 80 and 100 per cent.
-- since tells the terms of a case apart; mailed_at is 0 while nobody was mailed.
CREATE TABLE reminders (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    at        INTEGER NOT NULL,
    case_code TEXT NOT NULL,
    since     INTEGER NOT NULL,
    stage     INTEGER NOT NULL,
    term      TEXT NOT NULL, -- name of a limit of the law, promise, or '' for the due date
    due       INTEGER NOT NULL,
    mailed_at INTEGER NOT NULL,
    UNIQUE (case_code, since, stage)
) STRICT;
CREATE INDEX reminders_unmailed ON reminders (id) WHERE mailed_at = 0;

-- +goose Down
DROP TABLE reminders;
DROP TABLE deadline_moves;
DROP TABLE deadline_rules;
DROP TABLE case_clocks;
