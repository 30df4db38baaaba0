-- +goose Up
-- Where citizens' dossiers stand, as lists of the offices or a source told it.
-- tail is the code without the office's part; asked is when a source told it, 0
-- for a list; watch is when the source is to be asked again because somebody
-- waits, 0 for never.
CREATE TABLE dossiers (
    code      TEXT    NOT NULL PRIMARY KEY,
    tail      TEXT    NOT NULL,
    procedure TEXT    NOT NULL,
    unit      TEXT    NOT NULL,
    stage     TEXT    NOT NULL,
    received  INTEGER NOT NULL,
    due       INTEGER NOT NULL,
    result    TEXT    NOT NULL,
    updated   INTEGER NOT NULL,
    asked     INTEGER NOT NULL,
    watch     INTEGER NOT NULL
) STRICT;
CREATE INDEX dossiers_tail ON dossiers (tail, unit) WHERE tail <> '';
CREATE INDEX dossiers_watch ON dossiers (watch) WHERE watch > 0;
-- Who waits for a dossier's result; told is when they were told of it, 0 before.
CREATE TABLE dossier_followers (
    code         TEXT    NOT NULL,
    conversation TEXT    NOT NULL,
    at           INTEGER NOT NULL,
    told         INTEGER NOT NULL,
    PRIMARY KEY (code, conversation)
) STRICT;
CREATE INDEX dossier_followers_conversation ON dossier_followers (conversation);
-- Dossiers that the source is to be asked for, and by whom.
CREATE TABLE dossier_asks (
    code         TEXT    NOT NULL,
    conversation TEXT    NOT NULL,
    at           INTEGER NOT NULL,
    next_at      INTEGER NOT NULL,
    attempts     INTEGER NOT NULL,
    PRIMARY KEY (code, conversation)
) STRICT;
CREATE INDEX dossier_asks_next ON dossier_asks (next_at);
CREATE INDEX dossier_asks_conversation ON dossier_asks (conversation);

-- +goose Down
DROP TABLE dossier_asks;
DROP TABLE dossier_followers;
DROP TABLE dossiers;
