-- +goose Up
-- The inbox of the staff: its lists, its search, who has seen what and who is at
-- it. open is 1 while something is owed; as a generated column it is always right.
ALTER TABLE cases ADD COLUMN open INTEGER GENERATED ALWAYS AS
    (CASE WHEN status IN ('new', 'accepted', 'in_progress', 'waiting_citizen', 'transferred') THEN 1 ELSE 0 END) VIRTUAL;
CREATE INDEX cases_desk ON cases (created_at, code) WHERE open = 1;
CREATE INDEX cases_desk_unit ON cases (unit, created_at, code) WHERE open = 1;
CREATE INDEX cases_desk_whose ON cases (assignee, created_at, code) WHERE open = 1;
CREATE INDEX cases_desk_due ON cases (due_at, code) WHERE open = 1;
CREATE INDEX cases_desk_unit_due ON cases (unit, due_at, code) WHERE open = 1;
CREATE INDEX cases_status ON cases (status, created_at, code);
CREATE INDEX cases_unit_status ON cases (unit, status, created_at, code);
CREATE INDEX cases_category ON cases (category, created_at, code);
CREATE INDEX cases_unit_category ON cases (unit, category, created_at, code);
CREATE INDEX cases_kind ON cases (kind, created_at, code);
CREATE INDEX cases_unit_kind ON cases (unit, kind, created_at, code);
CREATE INDEX cases_platform ON cases (platform, created_at, code);
CREATE INDEX cases_unit_platform ON cases (unit, platform, created_at, code);
CREATE INDEX cases_changed ON cases (updated_at);
CREATE INDEX cases_unit_changed ON cases (unit, updated_at);
CREATE INDEX conversations_desk ON conversations (since, id) WHERE mode <> 'bot';
CREATE INDEX conversations_desk_unit ON conversations (unit, since, id) WHERE mode <> 'bot';

-- Numbers in the order of filing: the search walks them backwards and stops
-- after a page. They outlive VACUUM, which the cases' own row numbers do not.
CREATE TABLE case_numbers (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    code   TEXT NOT NULL UNIQUE
) STRICT;
-- unit is the slug without hyphens, one word; people is name and phone, which not
-- everybody may search. The tokenizer knows every accent but the bar of đ.
CREATE VIRTUAL TABLE case_search USING fts5(
    unit, words, people, content = '', contentless_delete = 1, detail = column, tokenize = 'unicode61 remove_diacritics 2'
);
-- +goose StatementBegin
CREATE TRIGGER cases_searched AFTER INSERT ON cases
BEGIN
    INSERT INTO case_numbers (code) VALUES (new.code);
    INSERT INTO case_search (rowid, unit, words, people)
        SELECT number, replace(new.unit, '-', ''), new.words,
            replace(replace(new.contact_name, 'đ', 'd'), 'Đ', 'd') || ' ' || new.contact_phone
        FROM case_numbers WHERE code = new.code;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER cases_searched_anew AFTER UPDATE OF unit, words, contact_name, contact_phone ON cases
WHEN new.unit <> old.unit OR new.words <> old.words OR new.contact_name <> old.contact_name OR new.contact_phone <> old.contact_phone
BEGIN
    UPDATE case_search SET unit = replace(new.unit, '-', ''), words = new.words,
        people = replace(replace(new.contact_name, 'đ', 'd'), 'Đ', 'd') || ' ' || new.contact_phone
        WHERE rowid = (SELECT number FROM case_numbers WHERE code = new.code);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER cases_searched_no_more AFTER DELETE ON cases
BEGIN
    DELETE FROM case_search WHERE rowid = (SELECT number FROM case_numbers WHERE code = old.code);
    DELETE FROM case_numbers WHERE code = old.code;
END;
-- +goose StatementEnd
INSERT INTO case_numbers (code) SELECT code FROM cases ORDER BY created_at, code;
INSERT INTO case_search (rowid, unit, words, people)
    SELECT n.number, replace(c.unit, '-', ''), c.words, replace(replace(c.contact_name, 'đ', 'd'), 'Đ', 'd') || ' ' || c.contact_phone
    FROM case_numbers n JOIN cases c ON c.code = n.code;

-- The latest message of a conversation that did not reach its citizen. unit is
-- the case's, else the conversation's. Kept by triggers, so that nothing that
-- settles a message can forget it.
CREATE TABLE undelivered (
    conversation TEXT PRIMARY KEY,
    outbox_id    INTEGER NOT NULL,
    case_code    TEXT    NOT NULL,
    unit         TEXT    NOT NULL,
    at           INTEGER NOT NULL
) STRICT;
CREATE INDEX undelivered_at ON undelivered (at, conversation);
CREATE INDEX undelivered_unit ON undelivered (unit, at, conversation);
CREATE INDEX undelivered_case ON undelivered (case_code) WHERE case_code <> '';
-- +goose StatementBegin
CREATE TRIGGER outbox_troubled AFTER UPDATE OF status ON outbox
WHEN new.status IN ('failed', 'to_call') AND old.status NOT IN ('failed', 'to_call')
BEGIN
    INSERT INTO undelivered (conversation, outbox_id, case_code, unit, at)
        VALUES (new.conversation, new.id, new.case_code, COALESCE((SELECT unit FROM cases WHERE code = new.case_code),
            (SELECT unit FROM conversations WHERE id = new.conversation), ''), max(new.created_at, new.sending_at))
        ON CONFLICT (conversation) DO UPDATE SET outbox_id = excluded.outbox_id, case_code = excluded.case_code, unit = excluded.unit, at = excluded.at;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER outbox_untroubled AFTER UPDATE OF status ON outbox
WHEN old.status IN ('failed', 'to_call') AND new.status NOT IN ('failed', 'to_call')
BEGIN
    DELETE FROM undelivered WHERE conversation = new.conversation AND outbox_id = new.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER cases_undelivered_unit AFTER UPDATE OF unit ON cases WHEN new.unit <> old.unit
BEGIN
    UPDATE undelivered SET unit = new.unit WHERE case_code = new.code AND case_code <> '';
END;
-- +goose StatementEnd
INSERT INTO undelivered (conversation, outbox_id, case_code, unit, at)
    SELECT o.conversation, o.id, o.case_code, COALESCE((SELECT unit FROM cases WHERE code = o.case_code),
        (SELECT unit FROM conversations WHERE id = o.conversation), ''), max(o.created_at, o.sending_at)
    FROM outbox o WHERE o.id IN (SELECT MAX(id) FROM outbox WHERE status IN ('failed', 'to_call') GROUP BY conversation);

-- When an account last looked at a case (its code) or a conversation (its id).
CREATE TABLE desk_seen (
    email TEXT    NOT NULL,
    item  TEXT    NOT NULL,
    at    INTEGER NOT NULL,
    PRIMARY KEY (email, item)
) STRICT, WITHOUT ROWID;
-- Lists that an account has given a name: query is that of the page's address.
CREATE TABLE desk_views (
    email TEXT    NOT NULL,
    name  TEXT    NOT NULL,
    query TEXT    NOT NULL,
    at    INTEGER NOT NULL,
    PRIMARY KEY (email, name)
) STRICT;
-- Who is at a case or conversation now, until when unless they say so again.
CREATE TABLE presences (
    item   TEXT    NOT NULL,
    email  TEXT    NOT NULL,
    name   TEXT    NOT NULL,
    doing  TEXT    NOT NULL, -- looking, writing
    since  INTEGER NOT NULL,
    ends   INTEGER NOT NULL,
    PRIMARY KEY (item, email)
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE presences;
DROP TABLE desk_views;
DROP TABLE desk_seen;
DROP TRIGGER cases_undelivered_unit;
DROP TRIGGER outbox_untroubled;
DROP TRIGGER outbox_troubled;
DROP TABLE undelivered;
DROP TRIGGER cases_searched_no_more;
DROP TRIGGER cases_searched_anew;
DROP TRIGGER cases_searched;
DROP TABLE case_search;
DROP TABLE case_numbers;
DROP INDEX conversations_desk_unit;
DROP INDEX conversations_desk;
DROP INDEX cases_unit_changed;
DROP INDEX cases_changed;
DROP INDEX cases_unit_platform;
DROP INDEX cases_platform;
DROP INDEX cases_unit_kind;
DROP INDEX cases_kind;
DROP INDEX cases_unit_category;
DROP INDEX cases_category;
DROP INDEX cases_unit_status;
DROP INDEX cases_status;
DROP INDEX cases_desk_unit_due;
DROP INDEX cases_desk_due;
DROP INDEX cases_desk_whose;
DROP INDEX cases_desk_unit;
DROP INDEX cases_desk;
ALTER TABLE cases DROP COLUMN open;
