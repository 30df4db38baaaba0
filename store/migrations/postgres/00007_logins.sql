-- +goose Up
-- How an account logs in: one_time, its password must be changed at the next
-- login; totp, the sealed secret of its second factor or ''; totp_step, the
-- latest time step of which a code was used, none is used twice.
ALTER TABLE accounts ADD COLUMN one_time BIGINT NOT NULL DEFAULT 1;
ALTER TABLE accounts ADD COLUMN totp TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN totp_step BIGINT NOT NULL DEFAULT 0;

-- Browsers that are logged in. verified: 1 the second factor was given, 2 it
-- was begun by an identity provider, 3 both. pending: the sealed secret of a second factor that is being set up, or ''.
CREATE TABLE sessions (
    hash       TEXT PRIMARY KEY, -- SHA-256 of the cookie's token, hexadecimal
    email      TEXT   NOT NULL,
    verified   BIGINT NOT NULL,
    pending    TEXT   NOT NULL,
    address    TEXT   NOT NULL,
    agent      TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_email ON sessions (email, seen_at);
CREATE INDEX sessions_expires ON sessions (expires_at);

-- Each lets its account in once in place of the second factor.
CREATE TABLE recovery_codes (
    email TEXT NOT NULL,
    hash  TEXT NOT NULL, -- SHA-256 of e-mail and code, hexadecimal
    PRIMARY KEY (email, hash)
);

-- Links by which somebody sets the password of a new account, once.
CREATE TABLE invites (
    hash       TEXT PRIMARY KEY, -- SHA-256 of the link's token, hexadecimal
    email      TEXT   NOT NULL,
    expires_at BIGINT NOT NULL
);

-- Tries that have not succeeded, by what they were made at or from.
CREATE TABLE brakes (
    key   TEXT PRIMARY KEY, -- SHA-256, hexadecimal
    tries BIGINT NOT NULL,
    at    BIGINT NOT NULL, -- of the latest
    until BIGINT NOT NULL  -- no further try before then
);
CREATE INDEX brakes_at ON brakes (at);

-- +goose Down
DROP TABLE brakes;
DROP TABLE invites;
DROP TABLE recovery_codes;
DROP TABLE sessions;
ALTER TABLE accounts DROP COLUMN totp_step;
ALTER TABLE accounts DROP COLUMN totp;
ALTER TABLE accounts DROP COLUMN one_time;
