-- What people declared. "document" is the resource as canonical JSON; the other columns repeat or add what the hub looks for.
CREATE TABLE resource (
  uid              TEXT PRIMARY KEY,          -- random, never used again
  kind             TEXT NOT NULL,
  name             TEXT NOT NULL,
  document         TEXT NOT NULL,
  resource_version INTEGER NOT NULL UNIQUE,   -- of all resources together: rises with each change
  generation       INTEGER NOT NULL,          -- rises when the spec changes: 1, 2, 3 …
  set_name         TEXT,                      -- last applied with this --set
  created_ms       INTEGER NOT NULL,
  updated_ms       INTEGER NOT NULL,
  deleting_ms      INTEGER,                   -- deletion was asked for, the sites have not all confirmed
  UNIQUE (kind, name)
);
CREATE INDEX resource_set ON resource (set_name, kind, name);
INSERT INTO meta (name, value) VALUES ('resourceVersion', '0');
