-- +goose Up
-- How an account logs in: one_time, its password must be changed at the next
-- login; totp, the sealed secret of its second factor or ''; totp_step, the
-- latest time step of which a code was used, none is used twice.
ALTER TABLE accounts ADD COLUMN one_time INTEGER NOT NULL DEFAULT 1;
ALTER TABLE accounts ADD COLUMN totp TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN totp_step INTEGER NOT NULL DEFAULT 0;

-- Browsers that are logged in. verified: 1 the second factor was given, 2 it
-- was begun by an identity provider, 3 both. pending: the sealed secret of a second factor that is being set up, or ''.
CREATE TABLE sessions (
    hash       TEXT PRIMARY KEY, -- SHA-256 of the cookie's token, hexadecimal
    email      TEXT   NOT NULL,
    verified   INTEGER NOT NULL,
    pending    TEXT   NOT NULL,
    address    TEXT   NOT NULL,
    agent      TEXT   NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_email ON sessions (email, seen_at);
CREATE INDEX sessions_expires ON sessions (expires_at);

-- Each lets its account in once in place of the second factor.
CREATE TABLE recovery_codes (
    email TEXT NOT NULL,
    hash  TEXT NOT NULL, -- SHA-256 of e-mail and code, hexadecimal
    PRIMARY KEY (email, hash)
) STRICT;

-- Links by which somebody sets the password of a new account, once.
CREATE TABLE invites (
    hash       TEXT PRIMARY KEY, -- SHA-256 of the link's token, hexadecimal
    email      TEXT   NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

-- Tries that have not succeeded, by what they were made at or from.
CREATE TABLE brakes (
    key   TEXT PRIMARY KEY, -- SHA-256, hexadecimal
    tries INTEGER NOT NULL,
    at    INTEGER NOT NULL, -- of the latest
    until INTEGER NOT NULL  -- no further try before then
) STRICT;
CREATE INDEX brakes_at ON brakes (at);

-- +goose Down
DROP TABLE brakes;
DROP TABLE invites;
DROP TABLE recovery_codes;
DROP TABLE sessions;
ALTER TABLE accounts DROP COLUMN totp_step;
ALTER TABLE accounts DROP COLUMN totp;
ALTER TABLE accounts DROP COLUMN one_time;
