-- +goose Up
-- Channels that were connected in the console, beside those that the
-- configuration names. settings is JSON without secrets; secrets is JSON, sealed
-- as platform_tokens are, '' once the channel was taken away. Rows stay: the sum
-- of their versions tells every process whether anything has changed.
CREATE TABLE channel_settings (
    channel  TEXT PRIMARY KEY,
    stage    TEXT   NOT NULL, -- draft, active or removed
    settings TEXT   NOT NULL,
    secrets  TEXT   NOT NULL,
    version  BIGINT NOT NULL,
    at       BIGINT NOT NULL,
    actor    TEXT   NOT NULL
);

-- How many events of a channel came in, by the hour (hours since 1970), so that
-- nobody walks through the inbox to know whether a channel is silent.
CREATE TABLE channel_traffic (
    channel TEXT   NOT NULL,
    hour    BIGINT NOT NULL,
    events  BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (channel, hour)
);

-- What the platform said of a channel when it was asked last: JSON.
CREATE TABLE channel_checks (
    channel TEXT PRIMARY KEY,
    at      BIGINT NOT NULL,
    result  TEXT   NOT NULL
);

-- The latest message that went out, and the latest that failed; failure is JSON of
-- its kind and code.
ALTER TABLE channels ADD COLUMN sent_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE channels ADD COLUMN failed_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE channels ADD COLUMN failure TEXT NOT NULL DEFAULT '';

-- Alarms of these kinds stand until their trouble is over, one of a kind for each
-- channel.
ALTER TABLE alarms ADD COLUMN ended_at BIGINT NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX alarms_standing ON alarms (kind, channel) WHERE ended_at = 0 AND kind IN ('silent', 'token');

-- +goose Down
DROP INDEX alarms_standing;
ALTER TABLE alarms DROP COLUMN ended_at;
ALTER TABLE channels DROP COLUMN failure;
ALTER TABLE channels DROP COLUMN failed_at;
ALTER TABLE channels DROP COLUMN sent_at;
DROP TABLE channel_checks;
DROP TABLE channel_traffic;
DROP TABLE channel_settings;
