-- +goose Up
-- What figures need of a case's history, so that they never walk through it:
-- when staff first told the citizen something, and how often the case was opened
-- again. Kept by a trigger on the history.
CREATE TABLE case_facts (
    code     TEXT PRIMARY KEY,
    first_at BIGINT NOT NULL, -- 0 while nobody has
    reopened BIGINT NOT NULL
);
INSERT INTO case_facts (code, first_at, reopened)
    SELECT case_code,
        COALESCE(MIN(CASE WHEN action IN ('accept', 'ask', 'reply', 'resolve', 'reject') THEN at END), 0),
        SUM(CASE WHEN action IN ('reopen', 'not_done') THEN 1 ELSE 0 END)
    FROM case_events WHERE action IN ('accept', 'ask', 'reply', 'resolve', 'reject', 'reopen', 'not_done') GROUP BY case_code;
-- +goose StatementBegin
CREATE FUNCTION keep_case_facts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF new.action = 'take_back' THEN -- an answer that was taken back, which is always the event before, was none
        UPDATE case_facts SET first_at = 0 WHERE code = new.case_code
            AND first_at = (SELECT at FROM case_events WHERE case_code = new.case_code AND id < new.id ORDER BY id DESC LIMIT 1);
        RETURN NULL;
    END IF;
    INSERT INTO case_facts (code, first_at, reopened)
        VALUES (new.case_code, CASE WHEN new.action IN ('reopen', 'not_done') THEN 0 ELSE new.at END,
            CASE WHEN new.action IN ('reopen', 'not_done') THEN 1 ELSE 0 END)
        ON CONFLICT (code) DO UPDATE SET
            first_at = CASE WHEN case_facts.first_at = 0 THEN excluded.first_at ELSE case_facts.first_at END,
            reopened = case_facts.reopened + excluded.reopened;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER case_events_facts AFTER INSERT ON case_events FOR EACH ROW
    WHEN (new.action IN ('accept', 'ask', 'reply', 'resolve', 'reject', 'reopen', 'not_done', 'take_back')) EXECUTE FUNCTION keep_case_facts();
CREATE INDEX ratings_at ON ratings (at);

-- Mails of figures that were sent: to whom, of which week (its first day).
CREATE TABLE figure_mails (
    week  TEXT   NOT NULL,
    email TEXT   NOT NULL,
    at    BIGINT NOT NULL,
    PRIMARY KEY (week, email)
);

-- +goose Down
DROP TABLE figure_mails;
DROP INDEX ratings_at;
DROP TRIGGER case_events_facts ON case_events;
DROP FUNCTION keep_case_facts;
DROP TABLE case_facts;
