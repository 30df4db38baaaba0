-- +goose Up
-- Whose audit a row is: the unit of who did it, '' for the whole province.
ALTER TABLE audit ADD COLUMN unit TEXT NOT NULL DEFAULT '';
CREATE INDEX audit_at ON audit (at, id);
CREATE INDEX audit_actor ON audit (actor, at, id);
CREATE INDEX audit_actor_action ON audit (actor, action, at, id);
CREATE INDEX audit_action ON audit (action, at, id);
CREATE INDEX audit_about ON audit (about, at, id);
CREATE INDEX audit_unit ON audit (unit, at, id) WHERE unit <> '';

-- The one way to take rows out of the audit, for its retention: while a row stands
-- here, those before until may be deleted. None younger than a year than the
-- newest can.
CREATE TABLE audit_retention (until INTEGER NOT NULL) STRICT;
-- +goose StatementBegin
CREATE TRIGGER audit_retention_year BEFORE INSERT ON audit_retention
WHEN new.until > (SELECT COALESCE(MAX(at), 0) FROM audit) - 31536000000000
BEGIN SELECT RAISE(ABORT, 'the audit of the last year stays'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_retention_fixed BEFORE UPDATE ON audit_retention
BEGIN SELECT RAISE(ABORT, 'the end of the audit is fixed'); END;
-- +goose StatementEnd
DROP TRIGGER audit_no_delete;
-- +goose StatementBegin
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
WHEN NOT EXISTS (SELECT 1 FROM audit_retention WHERE until > old.at)
BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
-- +goose StatementEnd
-- REPLACE deletes without a trigger.
-- +goose StatementBegin
CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE id = new.id)
BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
-- +goose StatementEnd

-- When somebody was last at work with the account, 0 for never.
ALTER TABLE accounts ADD COLUMN seen_at INTEGER NOT NULL DEFAULT 0;
UPDATE accounts SET seen_at = COALESCE((SELECT MAX(seen_at) FROM sessions WHERE sessions.email = accounts.email), 0);

-- +goose Down
ALTER TABLE accounts DROP COLUMN seen_at;
DROP TRIGGER audit_no_replace;
DROP TRIGGER audit_no_delete;
-- +goose StatementBegin
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
-- +goose StatementEnd
DROP TABLE audit_retention;
DROP INDEX audit_unit;
DROP INDEX audit_about;
DROP INDEX audit_action;
DROP INDEX audit_actor_action;
DROP INDEX audit_actor;
DROP INDEX audit_at;
ALTER TABLE audit DROP COLUMN unit;
