-- The audit log: append-only. "leaf" holds the exact bytes that were hashed; the other columns repeat what queries look for.
CREATE TABLE audit (
  idx       INTEGER PRIMARY KEY,  -- from 0, without gaps
  stream    TEXT NOT NULL,
  at_ms     INTEGER NOT NULL,
  commit_id TEXT,
  leaf      BLOB NOT NULL
);
CREATE INDEX audit_by_stream ON audit (stream, idx);
CREATE INDEX audit_by_time ON audit (at_ms);
CREATE INDEX audit_by_commit ON audit (commit_id);

CREATE TABLE audit_change (
  change_key TEXT NOT NULL,
  idx        INTEGER NOT NULL REFERENCES audit (idx),
  PRIMARY KEY (change_key, idx)
);

CREATE TABLE audit_object (
  object TEXT NOT NULL,
  idx    INTEGER NOT NULL REFERENCES audit (idx),
  PRIMARY KEY (object, idx)
);

-- Hashes of the complete subtrees: level 0 are leaves; level n, idx i covers the leaves from i * 2^n. Appending adds two on average.
CREATE TABLE audit_node (
  level INTEGER NOT NULL,
  idx   INTEGER NOT NULL,
  hash  BLOB NOT NULL,
  PRIMARY KEY (level, idx)
);

CREATE TABLE audit_checkpoint (
  size     INTEGER PRIMARY KEY,
  at_ms    INTEGER NOT NULL,
  envelope BLOB NOT NULL
);
