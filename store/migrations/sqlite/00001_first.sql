-- +goose Up
-- Times are microseconds since 1970 in UTC, 0 when there is none. Nothing is NULL.

-- One row per thing that happened. Rows are kept as the deduplication key.
CREATE TABLE inbox (
    seq          INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation TEXT     NOT NULL,
    channel      TEXT     NOT NULL,
    event_id     TEXT     NOT NULL, -- SHA-256 of it when it is long or not clean text
    kind         TEXT     NOT NULL,
    at           INTEGER  NOT NULL,
    received     INTEGER  NOT NULL,
    due          INTEGER  NOT NULL,
    status       INTEGER  NOT NULL DEFAULT 0, -- 0 unplayed, 1 played, 2 held for a parked conversation
    body         TEXT     NOT NULL            -- JSON of models.Event
) STRICT;
CREATE UNIQUE INDEX inbox_event ON inbox (channel, event_id);
CREATE INDEX inbox_due ON inbox (due) WHERE status = 0;
-- Two instead of one on (conversation, status): a new row then only enters small
-- ones, which is what the webhook waits for.
CREATE INDEX inbox_unplayed ON inbox (conversation) WHERE status = 0;
CREATE INDEX inbox_history ON inbox (conversation, at) WHERE status <> 0;

CREATE TABLE conversations (
    id           TEXT PRIMARY KEY,
    channel      TEXT   NOT NULL,
    peer         TEXT   NOT NULL,
    unit         TEXT   NOT NULL DEFAULT '',
    state        TEXT   NOT NULL DEFAULT '', -- JSON of bot.State
    mode         TEXT   NOT NULL DEFAULT 'bot',
    since        INTEGER NOT NULL DEFAULT 0,
    case_code    TEXT   NOT NULL DEFAULT '',
    last_user_at INTEGER NOT NULL DEFAULT 0,
    error        TEXT   NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX conversations_mode ON conversations (mode, since, id) WHERE mode <> 'bot';

-- open is 1 while status is queued, sending or unknown. The indexes look at it
-- instead of the status, so that queued to sending touches no index.
CREATE TABLE outbox (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation TEXT     NOT NULL,
    channel      TEXT     NOT NULL,
    peer         TEXT     NOT NULL,
    case_code    TEXT     NOT NULL,
    key          TEXT     NOT NULL,
    text         TEXT     NOT NULL,
    choices      TEXT     NOT NULL, -- JSON, or ''
    origin       TEXT     NOT NULL,
    priority     INTEGER  NOT NULL,
    status       TEXT     NOT NULL,
    open         INTEGER  NOT NULL,
    attempts     INTEGER  NOT NULL,
    next_at      INTEGER  NOT NULL,
    sending_at   INTEGER  NOT NULL,
    owner        TEXT     NOT NULL, -- the process that is sending it
    resent       INTEGER  NOT NULL DEFAULT 0,
    platform_id  TEXT     NOT NULL DEFAULT '',
    error        TEXT     NOT NULL DEFAULT '', -- JSON, or ''
    created_at   INTEGER  NOT NULL,
    sent_at      INTEGER  NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX outbox_open ON outbox (channel, priority, id) WHERE open = 1;
CREATE INDEX outbox_head ON outbox (conversation, id) WHERE open = 1;
CREATE INDEX outbox_conversation ON outbox (conversation, platform_id);
CREATE INDEX outbox_trouble ON outbox (status, id) WHERE status IN ('failed', 'to_call');

-- Who sends for a channel, and until when a channel is held.
CREATE TABLE channels (
    channel     TEXT PRIMARY KEY,
    owner       TEXT   NOT NULL DEFAULT '',
    lease_until INTEGER NOT NULL DEFAULT 0,
    held_until  INTEGER NOT NULL DEFAULT 0,
    held_reason TEXT   NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE cases (
    code          TEXT PRIMARY KEY, -- upper case
    unit          TEXT     NOT NULL,
    kind          TEXT     NOT NULL,
    category      TEXT     NOT NULL,
    status        TEXT     NOT NULL,
    priority      TEXT     NOT NULL,
    sensitive     INTEGER  NOT NULL,
    description   TEXT     NOT NULL,
    place         TEXT     NOT NULL,
    location      TEXT     NOT NULL, -- JSON, or ''
    anonymous     INTEGER  NOT NULL,
    contact_name  TEXT     NOT NULL,
    contact_phone TEXT     NOT NULL,
    decision      TEXT     NOT NULL,
    platform      TEXT     NOT NULL,
    conversation  TEXT     NOT NULL,
    assignee      TEXT     NOT NULL,
    merged_into   TEXT     NOT NULL,
    created_at    INTEGER  NOT NULL,
    due_at        INTEGER  NOT NULL,
    resolved_at   INTEGER  NOT NULL,
    paused_at     INTEGER  NOT NULL,
    updated_at    INTEGER  NOT NULL,
    words         TEXT     NOT NULL, -- code, description and place, lower case without accents
    secret_hash   TEXT     NOT NULL DEFAULT '' -- SHA-256 of code and the receipt's secret word, hexadecimal, or ''
) STRICT;
CREATE INDEX cases_created ON cases (created_at, code);
CREATE INDEX cases_unit ON cases (unit, created_at, code);
CREATE INDEX cases_conversation ON cases (conversation, updated_at);
-- Cases that an answer is owed of, for the notice before a sending window closes.
CREATE INDEX cases_open ON cases (conversation) WHERE status IN ('new', 'accepted', 'in_progress', 'waiting_citizen', 'transferred');
CREATE INDEX cases_merged ON cases (merged_into) WHERE merged_into <> '';

CREATE TABLE case_events (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    case_code   TEXT   NOT NULL,
    at          INTEGER NOT NULL,
    actor       TEXT   NOT NULL,
    action      TEXT   NOT NULL,
    from_status TEXT   NOT NULL,
    to_status   TEXT   NOT NULL,
    text        TEXT   NOT NULL,
    detail      TEXT   NOT NULL
) STRICT;
CREATE INDEX case_events_case ON case_events (case_code, id);

CREATE TABLE attachments (
    id           TEXT PRIMARY KEY,
    conversation TEXT    NOT NULL,
    case_code    TEXT    NOT NULL,
    kind         TEXT    NOT NULL,
    url          TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    status       TEXT    NOT NULL,
    content_type TEXT    NOT NULL,
    size         INTEGER NOT NULL,
    sha256       TEXT    NOT NULL,
    reason       TEXT    NOT NULL,
    place        TEXT    NOT NULL, -- JSON, or ''
    blob         TEXT    NOT NULL,
    shown        TEXT    NOT NULL,
    attempts     INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    next_at      INTEGER NOT NULL
) STRICT;
CREATE INDEX attachments_due ON attachments (next_at) WHERE status = 'fetching';
CREATE INDEX attachments_case ON attachments (case_code) WHERE case_code <> '';
CREATE INDEX attachments_blob ON attachments (blob) WHERE blob <> '';

-- Blobs whose attachment was dropped, for the next clean-up.
CREATE TABLE dropped_blobs (
    key TEXT PRIMARY KEY,
    at  INTEGER NOT NULL
) STRICT;

CREATE TABLE ratings (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    case_code    TEXT    NOT NULL,
    unit         TEXT    NOT NULL,
    conversation TEXT    NOT NULL,
    score        INTEGER NOT NULL,
    comment      TEXT    NOT NULL,
    at           INTEGER NOT NULL
) STRICT;
CREATE INDEX ratings_conversation ON ratings (conversation, unit, at);

CREATE TABLE ratings_asked (
    conversation TEXT   NOT NULL,
    unit         TEXT   NOT NULL,
    at           INTEGER NOT NULL,
    PRIMARY KEY (conversation, unit)
) STRICT;

CREATE TABLE learnings (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation TEXT   NOT NULL,
    question     TEXT   NOT NULL,
    nearest      TEXT   NOT NULL,
    at           INTEGER NOT NULL
) STRICT;

-- mailed_at is when the duty contact was told of a danger.
CREATE TABLE alarms (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    kind      TEXT   NOT NULL,
    unit      TEXT   NOT NULL,
    about     TEXT   NOT NULL,
    at        INTEGER NOT NULL,
    category  TEXT   NOT NULL DEFAULT '',
    channel   TEXT   NOT NULL DEFAULT '',
    case_code TEXT   NOT NULL DEFAULT '',
    mailed_at INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX alarms_unmailed ON alarms (id) WHERE kind = 'danger' AND mailed_at = 0;

CREATE TABLE audit (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    at     INTEGER NOT NULL,
    actor  TEXT   NOT NULL,
    action TEXT   NOT NULL,
    about  TEXT   NOT NULL,
    detail TEXT   NOT NULL
) STRICT;
-- +goose StatementBegin
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
-- +goose StatementEnd

-- access and refresh are sealed: base64 of nonce and AES-256-GCM ciphertext.
CREATE TABLE platform_tokens (
    channel     TEXT PRIMARY KEY,
    access      TEXT   NOT NULL,
    refresh     TEXT   NOT NULL,
    obtained_at INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL,
    configured  TEXT   NOT NULL
) STRICT;

CREATE TABLE locks (
    name       TEXT PRIMARY KEY,
    holder     TEXT   NOT NULL,
    held_until INTEGER NOT NULL
) STRICT;

CREATE TABLE api_tokens (
    hash       TEXT PRIMARY KEY, -- SHA-256 of the token, hexadecimal
    name       TEXT   NOT NULL,
    email      TEXT   NOT NULL,
    role       TEXT   NOT NULL,
    unit       TEXT   NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE accounts (
    email      TEXT PRIMARY KEY, -- lower case
    name       TEXT     NOT NULL,
    role       TEXT     NOT NULL,
    unit       TEXT     NOT NULL,
    disabled   INTEGER  NOT NULL,
    hash       TEXT     NOT NULL, -- of the password
    created_at INTEGER  NOT NULL
) STRICT;

CREATE TABLE erasures (
    code         TEXT PRIMARY KEY,
    platform     TEXT    NOT NULL,
    subject      TEXT    NOT NULL,
    conversation TEXT    NOT NULL,
    asked_at     INTEGER NOT NULL,
    done_at      INTEGER NOT NULL,
    kept         INTEGER NOT NULL
) STRICT;
-- One open request per citizen: a callback delivered twice gets the same code.
CREATE UNIQUE INDEX erasures_open ON erasures (platform, subject, conversation) WHERE done_at = 0;

-- +goose Down
DROP TABLE erasures;
DROP TABLE accounts;
DROP TABLE api_tokens;
DROP TABLE locks;
DROP TABLE platform_tokens;
DROP TABLE audit;
DROP TABLE alarms;
DROP TABLE learnings;
DROP TABLE ratings_asked;
DROP TABLE ratings;
DROP TABLE dropped_blobs;
DROP TABLE attachments;
DROP TABLE case_events;
DROP TABLE cases;
DROP TABLE channels;
DROP TABLE outbox;
DROP TABLE conversations;
DROP TABLE inbox;
