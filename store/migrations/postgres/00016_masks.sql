-- +goose Up
-- Cases in which staff hid personal data: original is JSON of the words as they
-- were, for who may release them; hidden is JSON of what was hidden.
CREATE TABLE case_masks (
    case_code TEXT PRIMARY KEY,
    hidden    TEXT NOT NULL,
    original  TEXT NOT NULL,
    by_name   TEXT NOT NULL,
    at        BIGINT NOT NULL
);

-- +goose Down
DROP TABLE case_masks;
