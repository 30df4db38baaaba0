-- +goose Up
-- Photos that staff put into a case, as evidence of before and after. Of a file that was taken in, source is the SHA-256 of the bytes as
-- they came, so that sending it again makes no second one; blob is the copy that is
-- kept, which tells nothing but what is seen on it. Of one picked from the citizen's
-- own, source is attachment, its id, and there is no blob.
CREATE TABLE case_files (
    id           TEXT PRIMARY KEY,
    case_code    TEXT NOT NULL,
    purpose      TEXT NOT NULL, -- before, after
    source       TEXT NOT NULL,
    attachment   TEXT NOT NULL, -- id, '' of a file that was taken in
    name         TEXT NOT NULL,
    content_type TEXT NOT NULL, -- by what blob holds
    size         BIGINT NOT NULL,
    sha256       TEXT NOT NULL, -- hexadecimal, of blob
    blob         TEXT NOT NULL,
    by_email     TEXT NOT NULL,
    by_name      TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    UNIQUE (case_code, purpose, source)
);
CREATE INDEX case_files_blob ON case_files (blob) WHERE blob <> '';

-- Whose day has come to be looked at again.
CREATE INDEX reminders_follow_up ON reminders (due) WHERE term = 'follow_up';

-- +goose Down
DROP INDEX reminders_follow_up;
DROP TABLE case_files;
