-- +goose Up
-- Cases that have ended and still tell who filed them, and files that belong to no
-- case: what the retention looks through.
CREATE INDEX cases_identified ON cases (kind, updated_at, code)
    WHERE open = 0 AND (contact_name <> '' OR contact_phone <> '' OR conversation <> '' OR secret_hash <> '');
CREATE INDEX attachments_loose ON attachments (created_at, id) WHERE case_code = '';

-- +goose Down
DROP INDEX attachments_loose;
DROP INDEX cases_identified;
