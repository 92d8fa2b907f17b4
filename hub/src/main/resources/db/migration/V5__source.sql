-- What the hub knows of each source. Times are milliseconds since the epoch, UTC; commits are 40 hexadecimal digits.
CREATE TABLE source_check (
  source          TEXT PRIMARY KEY,            -- uid
  last_check_ms   INTEGER NOT NULL,
  last_success_ms INTEGER,                     -- the server answered; null: never yet
  next_check_ms   INTEGER NOT NULL,
  failures        INTEGER NOT NULL,            -- checks failed since the last success
  reason          TEXT,                        -- of the last check, null if it succeeded
  detail          TEXT,
  hint            TEXT
);
-- One row for each reference that was followed. A source that is given another URL or credential begins anew: see mirror.
CREATE TABLE source_ref (
  source        TEXT NOT NULL,
  ref           TEXT NOT NULL,                 -- 'branch main', 'tag v1', 'commit 4b82…'
  mirror        TEXT NOT NULL,
  commit_id     TEXT,                          -- given out last
  first_id      TEXT,                          -- of a tag: where it pointed when first seen, or since a person accepted
  pending_id    TEXT,                          -- waits for a person
  reason        TEXT,
  detail        TEXT,
  hint          TEXT,
  PRIMARY KEY (source, ref)
);
-- What each stack deployed last, and what its branch must therefore contain.
CREATE TABLE source_deployed (
  stack       TEXT PRIMARY KEY,                -- uid
  source      TEXT NOT NULL,
  ref         TEXT NOT NULL,
  mirror      TEXT NOT NULL,
  commit_id   TEXT NOT NULL,
  required_id TEXT NOT NULL                    -- commit_id, or what a person accepted in its place
);
CREATE INDEX source_deployed_by_ref ON source_deployed (source, ref);
