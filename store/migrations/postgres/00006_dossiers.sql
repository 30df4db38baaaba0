-- +goose Up
-- Where citizens' dossiers stand, as lists of the offices or a source told it.
-- tail is the code without the office's part; asked is when a source told it, 0
-- for a list; watch is when the source is to be asked again because somebody
-- waits, 0 for never.
CREATE TABLE dossiers (
    code      TEXT   NOT NULL PRIMARY KEY,
    tail      TEXT   NOT NULL,
    procedure TEXT   NOT NULL,
    unit      TEXT   NOT NULL,
    stage     TEXT   NOT NULL,
    received  BIGINT NOT NULL,
    due       BIGINT NOT NULL,
    result    TEXT   NOT NULL,
    updated   BIGINT NOT NULL,
    asked     BIGINT NOT NULL,
    watch     BIGINT NOT NULL
);
CREATE INDEX dossiers_tail ON dossiers (tail, unit) WHERE tail <> '';
CREATE INDEX dossiers_watch ON dossiers (watch) WHERE watch > 0;
-- Who waits for a dossier's result; told is when they were told of it, 0 before.
CREATE TABLE dossier_followers (
    code         TEXT   NOT NULL,
    conversation TEXT   NOT NULL,
    at           BIGINT NOT NULL,
    told         BIGINT NOT NULL,
    PRIMARY KEY (code, conversation)
);
CREATE INDEX dossier_followers_conversation ON dossier_followers (conversation);
-- Dossiers that the source is to be asked for, and by whom.
CREATE TABLE dossier_asks (
    code         TEXT   NOT NULL,
    conversation TEXT   NOT NULL,
    at           BIGINT NOT NULL,
    next_at      BIGINT NOT NULL,
    attempts     BIGINT NOT NULL,
    PRIMARY KEY (code, conversation)
);
CREATE INDEX dossier_asks_next ON dossier_asks (next_at);
CREATE INDEX dossier_asks_conversation ON dossier_asks (conversation);

-- +goose Down
DROP TABLE dossier_asks;
DROP TABLE dossier_followers;
DROP TABLE dossiers;
