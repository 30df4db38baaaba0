-- +goose Up
-- Files that staff send: author is the e-mail of who chose one, '' of a citizen's;
-- draft is the case or conversation whose answer it waits for, '' once it is sent.
ALTER TABLE attachments ADD COLUMN author TEXT NOT NULL DEFAULT '';
ALTER TABLE attachments ADD COLUMN draft TEXT NOT NULL DEFAULT '';
CREATE INDEX attachments_draft ON attachments (draft, author) WHERE draft <> '';

-- The file, or the approved template, that a message is, and the files of an
-- answer: JSON, or ''.
ALTER TABLE outbox ADD COLUMN file TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN template TEXT NOT NULL DEFAULT '';
ALTER TABLE case_events ADD COLUMN files TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE case_events DROP COLUMN files;
ALTER TABLE outbox DROP COLUMN template;
ALTER TABLE outbox DROP COLUMN file;
DROP INDEX attachments_draft;
ALTER TABLE attachments DROP COLUMN draft;
ALTER TABLE attachments DROP COLUMN author;
