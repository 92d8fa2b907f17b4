-- What declares a resource, if it is not a person, as JSON: the address of a repository, the file in it, and the commit that brought it.
ALTER TABLE resource ADD COLUMN owner TEXT;
-- How the configuration repository stands: one row while there is one.
CREATE TABLE configuration (
  source      TEXT PRIMARY KEY,                -- uid of the source that hub.yaml declares
  rules       TEXT NOT NULL,                   -- of hub.yaml, by which it was looked at last
  commit_id   TEXT,                            -- applied last; null: none yet
  tried_id    TEXT,                            -- looked at last
  reason      TEXT,                            -- why that is not applied; null if it is
  detail      TEXT,
  hint        TEXT,
  waiting     TEXT NOT NULL,                   -- what of it waits, one line each
  accepted_id TEXT                             -- a person accepted what this commit deletes
);
