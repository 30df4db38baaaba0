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
CREATE TABLE audit_retention (until BIGINT NOT NULL);
-- +goose StatementBegin
CREATE FUNCTION keep_audit_year() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'the end of the audit is fixed';
    END IF;
    IF new.until > (SELECT COALESCE(MAX(at), 0) FROM audit) - 31536000000000 THEN
        RAISE EXCEPTION 'the audit of the last year stays';
    END IF;
    RETURN new;
END $$;
-- +goose StatementEnd
CREATE TRIGGER audit_retention_year BEFORE INSERT OR UPDATE ON audit_retention
    FOR EACH ROW EXECUTE FUNCTION keep_audit_year();
-- +goose StatementBegin
CREATE FUNCTION keep_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM audit_retention WHERE until > old.at) THEN
        RETURN old;
    END IF;
    RAISE EXCEPTION 'the audit is append-only';
END $$;
-- +goose StatementEnd
DROP TRIGGER audit_append_only ON audit;
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit FOR EACH ROW EXECUTE FUNCTION keep_audit();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- When somebody was last at work with the account, 0 for never.
ALTER TABLE accounts ADD COLUMN seen_at BIGINT NOT NULL DEFAULT 0;
UPDATE accounts SET seen_at = COALESCE((SELECT MAX(seen_at) FROM sessions WHERE sessions.email = accounts.email), 0);

-- +goose Down
ALTER TABLE accounts DROP COLUMN seen_at;
DROP TRIGGER audit_no_truncate ON audit;
DROP TRIGGER audit_no_delete ON audit;
DROP TRIGGER audit_no_update ON audit;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP FUNCTION keep_audit;
DROP TABLE audit_retention;
DROP FUNCTION keep_audit_year;
DROP INDEX audit_unit;
DROP INDEX audit_about;
DROP INDEX audit_action;
DROP INDEX audit_actor_action;
DROP INDEX audit_actor;
DROP INDEX audit_at;
ALTER TABLE audit DROP COLUMN unit;
