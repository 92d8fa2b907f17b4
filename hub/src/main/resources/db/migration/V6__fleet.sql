-- Join tokens. The secret itself is nowhere: only its SHA-256. Times are milliseconds since the epoch, UTC.
CREATE TABLE join_token (
  id          TEXT PRIMARY KEY,
  secret_hash TEXT NOT NULL UNIQUE,
  labels      TEXT NOT NULL,
  environment TEXT NOT NULL,
  approval    INTEGER NOT NULL,
  created_by  TEXT NOT NULL,
  created_ms  BIGINT NOT NULL,
  expires_ms  BIGINT NOT NULL,
  revoked_ms  BIGINT,
  owner_key   TEXT,
  used_ms     BIGINT
);

-- Agents: who they are and which key is theirs. Never deleted: a retired id and key are never used again.
CREATE TABLE agent (
  id                     TEXT PRIMARY KEY,
  name                   TEXT NOT NULL,
  state                  TEXT NOT NULL,
  key_hash               TEXT NOT NULL UNIQUE,
  key_spki               BLOB NOT NULL,
  sealing_key            BLOB NOT NULL,
  environment            TEXT NOT NULL,
  token_id               TEXT NOT NULL REFERENCES join_token (id),
  fingerprint            TEXT NOT NULL,
  certificate            BLOB,
  certificate_expires_ms BIGINT,
  facts                  TEXT NOT NULL,
  facts_digest           TEXT NOT NULL,
  created_ms             BIGINT NOT NULL,
  last_heard_ms          BIGINT NOT NULL
);

-- A name belongs to one agent in service; who was denied or retired gives it back.
CREATE UNIQUE INDEX agent_name ON agent (name) WHERE state IN ('pending', 'enrolled');
