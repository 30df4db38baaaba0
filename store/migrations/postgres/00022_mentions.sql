-- +goose Up
-- Staff whom a note of a case names: at of the latest, seen_at when the account
-- looked at the case after it, 0 until then.
CREATE TABLE mentions (
    email     TEXT    NOT NULL,
    case_code TEXT    NOT NULL,
    at        BIGINT  NOT NULL,
    seen_at   BIGINT  NOT NULL,
    PRIMARY KEY (email, case_code)
);
CREATE INDEX mentions_unseen ON mentions (email, at, case_code) WHERE seen_at = 0;

-- Why what a case tells of came about, of a closed list, '' when that was not said.
ALTER TABLE cases ADD COLUMN cause TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE cases DROP COLUMN cause;
DROP TABLE mentions;
