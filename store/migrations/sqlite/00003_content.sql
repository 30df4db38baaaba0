-- +goose Up
-- Published content as it was changed here, over what the program brings along.
-- Append-only: the newest row of a kind, key and unit counts, the others are
-- its history. body is JSON, or '' when the change was taken back.
CREATE TABLE content (
    id    INTEGER PRIMARY KEY AUTOINCREMENT,
    kind  TEXT NOT NULL,
    key   TEXT NOT NULL,
    unit  TEXT NOT NULL,
    body  TEXT NOT NULL,
    at    INTEGER NOT NULL,
    actor TEXT NOT NULL,
    why   TEXT NOT NULL
) STRICT;
CREATE INDEX content_piece ON content (kind, key, unit, id);

-- +goose Down
DROP TABLE content;
