-- +goose Up
-- Citizens whom a message did not reach and who are to be phoned: one open row for
-- each conversation and case, whatever number of messages failed. A message that is
-- about no case and has no phone is nobody's to call. Made by a trigger, so that
-- nothing that settles a message can forget it. unit is the case's, else the
-- conversation's; done_at is 0 while the call is open.
CREATE TABLE calls (
    id           BIGSERIAL PRIMARY KEY,
    conversation TEXT   NOT NULL,
    case_code    TEXT   NOT NULL,
    unit         TEXT   NOT NULL,
    outbox_id    BIGINT NOT NULL, -- the latest message that failed
    opened_at    BIGINT NOT NULL, -- when the first one failed
    next_at      BIGINT NOT NULL, -- no call before
    tries        BIGINT NOT NULL DEFAULT 0,
    outcome      TEXT   NOT NULL DEFAULT '', -- of the latest try
    done_at      BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX calls_whom ON calls (conversation, case_code) WHERE done_at = 0;
CREATE INDEX calls_next ON calls (next_at, id) WHERE done_at = 0;
CREATE INDEX calls_unit_next ON calls (unit, next_at, id) WHERE done_at = 0;
CREATE INDEX calls_opened ON calls (opened_at);
CREATE INDEX calls_case ON calls (case_code) WHERE case_code <> '';

-- What came of each try. note is staff's, for staff.
CREATE TABLE call_tries (
    id      BIGSERIAL PRIMARY KEY,
    call_id BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    actor   TEXT   NOT NULL,
    outcome TEXT   NOT NULL,
    note    TEXT   NOT NULL
);
CREATE INDEX call_tries_call ON call_tries (call_id, id);
-- +goose StatementBegin
CREATE FUNCTION keep_calls() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF new.status NOT IN ('failed', 'to_call') THEN
        DELETE FROM calls WHERE conversation = new.conversation AND case_code = new.case_code
            AND outbox_id = new.id AND done_at = 0 AND tries = 0;
        RETURN NULL;
    END IF;
    IF new.text = '' OR new.status = 'failed' AND new.case_code = '' THEN
        RETURN NULL;
    END IF;
    INSERT INTO calls (conversation, case_code, unit, outbox_id, opened_at, next_at)
        VALUES (new.conversation, new.case_code, COALESCE((SELECT unit FROM cases WHERE code = new.case_code),
            (SELECT unit FROM conversations WHERE id = new.conversation), ''), new.id,
            greatest(new.created_at, new.sending_at), greatest(new.created_at, new.sending_at))
        ON CONFLICT (conversation, case_code) WHERE done_at = 0 DO UPDATE SET outbox_id = excluded.outbox_id;
    RETURN NULL;
END $$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION move_calls() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE calls SET unit = new.unit WHERE case_code = new.code AND case_code <> '';
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER outbox_to_be_called AFTER UPDATE OF status ON outbox FOR EACH ROW
    WHEN ((new.status IN ('failed', 'to_call')) <> (old.status IN ('failed', 'to_call'))) EXECUTE FUNCTION keep_calls();
CREATE TRIGGER cases_calls_unit AFTER UPDATE OF unit ON cases FOR EACH ROW
    WHEN (new.unit <> old.unit) EXECUTE FUNCTION move_calls();
INSERT INTO calls (conversation, case_code, unit, outbox_id, opened_at, next_at)
    SELECT o.conversation, o.case_code, COALESCE((SELECT unit FROM cases WHERE code = o.case_code),
        (SELECT unit FROM conversations WHERE id = o.conversation), ''), MAX(o.id),
        MIN(greatest(o.created_at, o.sending_at)), MIN(greatest(o.created_at, o.sending_at))
    FROM outbox o WHERE o.status IN ('failed', 'to_call') AND o.text <> '' AND (o.status = 'to_call' OR o.case_code <> '') GROUP BY o.conversation, o.case_code;

-- +goose Down
DROP TRIGGER cases_calls_unit ON cases;
DROP TRIGGER outbox_to_be_called ON outbox;
DROP FUNCTION move_calls;
DROP FUNCTION keep_calls;
DROP TABLE call_tries;
DROP TABLE calls;
