-- +goose Up
-- Mails tell of other alarms than dangers too.
DROP INDEX alarms_unmailed;
CREATE INDEX alarms_unmailed ON alarms (kind, id) WHERE mailed_at = 0;

-- +goose Down
DROP INDEX alarms_unmailed;
CREATE INDEX alarms_unmailed ON alarms (id) WHERE kind = 'danger' AND mailed_at = 0;
