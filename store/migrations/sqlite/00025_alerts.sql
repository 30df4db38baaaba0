-- +goose Up
-- What staff are to be told of, until it is known whom: written in the transaction
-- of what happened. event_id is the line of the case's history that it is about, 0
-- for none.
CREATE TABLE alerts (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    at        INTEGER NOT NULL,
    kind      TEXT    NOT NULL,
    unit      TEXT    NOT NULL,
    case_code TEXT    NOT NULL,
    event_id  INTEGER NOT NULL,
    about     TEXT    NOT NULL -- of a reminder, its stage and term; of a note or an escalation, whom it tells, a line each
) STRICT;

-- Of what an account is told: kinds with blanks between. Without a row the choice
-- is that of the role.
CREATE TABLE alert_choices (
    email TEXT PRIMARY KEY,
    push  TEXT    NOT NULL,
    mail  TEXT    NOT NULL,
    quiet INTEGER NOT NULL
) STRICT;

-- Browsers in which staff turned alerts on. sealed is JSON of the endpoint and the
-- browser's keys, encrypted: who has them can write to the browser.
CREATE TABLE devices (
    id         TEXT PRIMARY KEY, -- SHA-256 of the endpoint, hexadecimal
    email      TEXT    NOT NULL,
    sealed     TEXT    NOT NULL,
    agent      TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    told_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX devices_email ON devices (email, created_at);

-- Messages that wait for a device. next_at is also until when a process has one.
CREATE TABLE pushes (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    device    TEXT    NOT NULL,
    kind      TEXT    NOT NULL,
    case_code TEXT    NOT NULL,
    at        INTEGER NOT NULL,
    next_at   INTEGER NOT NULL,
    attempts  INTEGER NOT NULL
) STRICT;
CREATE INDEX pushes_next ON pushes (next_at, id);
CREATE INDEX pushes_device ON pushes (device);

-- What accounts are mailed: a line for each kind and case, mailed_at is 0 while it
-- waits. It waits again once the account has looked at the case.
CREATE TABLE alert_mails (
    email     TEXT    NOT NULL,
    kind      TEXT    NOT NULL,
    about     TEXT    NOT NULL,
    case_code TEXT    NOT NULL,
    unit      TEXT    NOT NULL,
    category  TEXT    NOT NULL,
    at        INTEGER NOT NULL,
    mailed_at INTEGER NOT NULL,
    PRIMARY KEY (email, kind, about)
) STRICT;
CREATE INDEX alert_mails_unmailed ON alert_mails (at) WHERE mailed_at = 0;
CREATE INDEX alert_mails_mailed ON alert_mails (mailed_at) WHERE mailed_at > 0;

-- The one pair of keys by which push services know this installation (RFC 8292).
CREATE TABLE push_keys (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    public  TEXT NOT NULL,
    private TEXT NOT NULL -- sealed
) STRICT;

-- Late cases that were told to those above. told is whom, a line each; ended_at is
-- 0 while the case goes on unanswered and without another date.
CREATE TABLE escalations (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    at        INTEGER NOT NULL,
    case_code TEXT    NOT NULL,
    since     INTEGER NOT NULL,
    due       INTEGER NOT NULL,
    level     INTEGER NOT NULL,
    told      TEXT    NOT NULL,
    ended_at  INTEGER NOT NULL,
    UNIQUE (case_code, since, level)
) STRICT;
CREATE INDEX escalations_open ON escalations (id) WHERE ended_at = 0;

-- +goose Down
DROP TABLE escalations;
DROP TABLE push_keys;
DROP TABLE alert_mails;
DROP TABLE pushes;
DROP TABLE devices;
DROP TABLE alert_choices;
DROP TABLE alerts;
