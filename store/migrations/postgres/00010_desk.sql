-- +goose Up
-- The inbox of the staff: its lists, its search, who has seen what and who is at
-- it. open is 1 while something is owed; as a generated column it is always right.
ALTER TABLE cases ADD COLUMN open SMALLINT GENERATED ALWAYS AS
    (CASE WHEN status IN ('new', 'accepted', 'in_progress', 'waiting_citizen', 'transferred') THEN 1 ELSE 0 END) STORED;
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

-- search_words returns the words of a text in small letters without accents.
-- Words of more than 60 letters, which no dictionary has, are left out.
-- +goose StatementBegin
CREATE FUNCTION search_words(text) RETURNS text[] IMMUTABLE LANGUAGE sql AS $$
    SELECT COALESCE(array_agg(w), '{}') FROM unnest(string_to_array(trim(regexp_replace(
        lower(translate(regexp_replace(normalize($1, NFD), '[\u0300-\u036f]+', '', 'g'), 'Đđ', 'dd')),
        '[^a-z0-9\u00c0-\u1fff\u2c00-\ud7ff]+', ' ', 'g')), ' ')) AS w WHERE length(w) BETWEEN 1 AND 60 $$;
-- +goose StatementEnd
-- Words are as they are; those of name and phone, which not everybody may
-- search, begin with @, the unit with ~. It is apart from the cases, so that a
-- change of status touches no word.
CREATE TABLE case_search (
    code       TEXT PRIMARY KEY,
    created_at BIGINT   NOT NULL,
    vector     TSVECTOR NOT NULL
);
CREATE INDEX case_search_vector ON case_search USING gin (vector);
CREATE INDEX case_search_created ON case_search (created_at, code);
-- +goose StatementBegin
CREATE FUNCTION search_vector(unit text, words text, people text) RETURNS tsvector IMMUTABLE LANGUAGE sql AS $$
    SELECT array_to_tsvector(search_words(words) || ARRAY(SELECT '@' || w FROM unnest(search_words(people)) AS w) || ('~' || unit)) $$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION keep_case_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO case_search VALUES (new.code, new.created_at, search_vector(new.unit, new.words, new.contact_name || ' ' || new.contact_phone))
        ON CONFLICT (code) DO UPDATE SET vector = excluded.vector;
    RETURN NULL;
END $$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION drop_case_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM case_search WHERE code = old.code;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER cases_searched AFTER INSERT ON cases FOR EACH ROW EXECUTE FUNCTION keep_case_search();
CREATE TRIGGER cases_searched_anew AFTER UPDATE OF unit, words, contact_name, contact_phone ON cases FOR EACH ROW
    WHEN (new.unit <> old.unit OR new.words <> old.words OR new.contact_name <> old.contact_name OR new.contact_phone <> old.contact_phone)
    EXECUTE FUNCTION keep_case_search();
CREATE TRIGGER cases_searched_no_more AFTER DELETE ON cases FOR EACH ROW EXECUTE FUNCTION drop_case_search();
INSERT INTO case_search SELECT code, created_at, search_vector(unit, words, contact_name || ' ' || contact_phone) FROM cases;

-- The latest message of a conversation that did not reach its citizen. unit is
-- the case's, else the conversation's. Kept by triggers, so that nothing that
-- settles a message can forget it.
CREATE TABLE undelivered (
    conversation TEXT PRIMARY KEY,
    outbox_id    BIGINT NOT NULL,
    case_code    TEXT   NOT NULL,
    unit         TEXT   NOT NULL,
    at           BIGINT NOT NULL
);
CREATE INDEX undelivered_at ON undelivered (at, conversation);
CREATE INDEX undelivered_unit ON undelivered (unit, at, conversation);
CREATE INDEX undelivered_case ON undelivered (case_code) WHERE case_code <> '';
-- +goose StatementBegin
CREATE FUNCTION keep_undelivered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF new.status NOT IN ('failed', 'to_call') THEN
        DELETE FROM undelivered WHERE conversation = new.conversation AND outbox_id = new.id;
        RETURN NULL;
    END IF;
    INSERT INTO undelivered (conversation, outbox_id, case_code, unit, at)
        VALUES (new.conversation, new.id, new.case_code, COALESCE((SELECT unit FROM cases WHERE code = new.case_code),
            (SELECT unit FROM conversations WHERE id = new.conversation), ''), greatest(new.created_at, new.sending_at))
        ON CONFLICT (conversation) DO UPDATE SET outbox_id = excluded.outbox_id, case_code = excluded.case_code, unit = excluded.unit, at = excluded.at;
    RETURN NULL;
END $$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION move_undelivered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE undelivered SET unit = new.unit WHERE case_code = new.code AND case_code <> '';
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER outbox_troubled AFTER UPDATE OF status ON outbox FOR EACH ROW
    WHEN ((new.status IN ('failed', 'to_call')) <> (old.status IN ('failed', 'to_call'))) EXECUTE FUNCTION keep_undelivered();
CREATE TRIGGER cases_undelivered_unit AFTER UPDATE OF unit ON cases FOR EACH ROW
    WHEN (new.unit <> old.unit) EXECUTE FUNCTION move_undelivered();
INSERT INTO undelivered (conversation, outbox_id, case_code, unit, at)
    SELECT o.conversation, o.id, o.case_code, COALESCE((SELECT unit FROM cases WHERE code = o.case_code),
        (SELECT unit FROM conversations WHERE id = o.conversation), ''), greatest(o.created_at, o.sending_at)
    FROM outbox o WHERE o.id IN (SELECT MAX(id) FROM outbox WHERE status IN ('failed', 'to_call') GROUP BY conversation);

-- When an account last looked at a case (its code) or a conversation (its id).
CREATE TABLE desk_seen (
    email TEXT   NOT NULL,
    item  TEXT   NOT NULL,
    at    BIGINT NOT NULL,
    PRIMARY KEY (email, item)
);
-- Lists that an account has given a name: query is that of the page's address.
CREATE TABLE desk_views (
    email TEXT   NOT NULL,
    name  TEXT   NOT NULL,
    query TEXT   NOT NULL,
    at    BIGINT NOT NULL,
    PRIMARY KEY (email, name)
);
-- Who is at a case or conversation now, until when unless they say so again.
CREATE TABLE presences (
    item  TEXT   NOT NULL,
    email TEXT   NOT NULL,
    name  TEXT   NOT NULL,
    doing TEXT   NOT NULL, -- looking, writing
    since BIGINT NOT NULL,
    ends  BIGINT NOT NULL,
    PRIMARY KEY (item, email)
);

-- +goose Down
DROP TABLE presences;
DROP TABLE desk_views;
DROP TABLE desk_seen;
DROP TRIGGER cases_undelivered_unit ON cases;
DROP TRIGGER outbox_troubled ON outbox;
DROP FUNCTION move_undelivered;
DROP FUNCTION keep_undelivered;
DROP TABLE undelivered;
DROP TRIGGER cases_searched_no_more ON cases;
DROP TRIGGER cases_searched_anew ON cases;
DROP TRIGGER cases_searched ON cases;
DROP FUNCTION drop_case_search;
DROP FUNCTION keep_case_search;
DROP FUNCTION search_vector;
DROP TABLE case_search;
DROP FUNCTION search_words;
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
