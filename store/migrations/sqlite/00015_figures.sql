-- +goose Up
-- What figures need of a case's history, so that they never walk through it:
-- when staff first told the citizen something, and how often the case was opened
-- again. Kept by a trigger on the history.
CREATE TABLE case_facts (
    code     TEXT PRIMARY KEY,
    first_at INTEGER NOT NULL, -- 0 while nobody has
    reopened INTEGER NOT NULL
) STRICT;
INSERT INTO case_facts (code, first_at, reopened)
    SELECT case_code,
        COALESCE(MIN(CASE WHEN action IN ('accept', 'ask', 'reply', 'resolve', 'reject') THEN at END), 0),
        SUM(CASE WHEN action IN ('reopen', 'not_done') THEN 1 ELSE 0 END)
    FROM case_events WHERE action IN ('accept', 'ask', 'reply', 'resolve', 'reject', 'reopen', 'not_done') GROUP BY case_code;
-- +goose StatementBegin
CREATE TRIGGER case_events_facts AFTER INSERT ON case_events
WHEN new.action IN ('accept', 'ask', 'reply', 'resolve', 'reject', 'reopen', 'not_done')
BEGIN
    INSERT INTO case_facts (code, first_at, reopened)
        VALUES (new.case_code, CASE WHEN new.action IN ('reopen', 'not_done') THEN 0 ELSE new.at END,
            CASE WHEN new.action IN ('reopen', 'not_done') THEN 1 ELSE 0 END)
        ON CONFLICT (code) DO UPDATE SET
            first_at = CASE WHEN first_at = 0 THEN excluded.first_at ELSE first_at END, reopened = reopened + excluded.reopened;
END;
-- +goose StatementEnd
-- An answer that was taken back, which is always the event before, was none.
-- +goose StatementBegin
CREATE TRIGGER case_events_taken_back AFTER INSERT ON case_events WHEN new.action = 'take_back'
BEGIN
    UPDATE case_facts SET first_at = 0 WHERE code = new.case_code
        AND first_at = (SELECT at FROM case_events WHERE case_code = new.case_code AND id < new.id ORDER BY id DESC LIMIT 1);
END;
-- +goose StatementEnd
CREATE INDEX ratings_at ON ratings (at);

-- Mails of figures that were sent: to whom, of which week (its first day).
CREATE TABLE figure_mails (
    week  TEXT    NOT NULL,
    email TEXT    NOT NULL,
    at    INTEGER NOT NULL,
    PRIMARY KEY (week, email)
) STRICT;

-- +goose Down
DROP TABLE figure_mails;
DROP INDEX ratings_at;
DROP TRIGGER case_events_taken_back;
DROP TRIGGER case_events_facts;
DROP TABLE case_facts;
