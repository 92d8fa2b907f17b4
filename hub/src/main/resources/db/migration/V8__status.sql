-- One row per stack: how far it has come, and what it waits for.
CREATE TABLE stack_state (
  stack            TEXT PRIMARY KEY,
  name             TEXT NOT NULL,
  revision         INTEGER NOT NULL,
  pinned_revision  INTEGER NOT NULL,
  commit_id        TEXT NOT NULL,
  waits_for        TEXT NOT NULL,
  waits_detail     TEXT NOT NULL,
  problem          TEXT NOT NULL,
  problem_detail   TEXT NOT NULL,
  problem_since_ms INTEGER NOT NULL
);

-- What a stack is wanted to be and what was last reported, per agent. Times are milliseconds since the epoch, UTC; zero is never.
CREATE TABLE target_state (
  agent             TEXT NOT NULL,
  stack             TEXT NOT NULL,
  stack_name        TEXT NOT NULL,
  wanted_state      TEXT NOT NULL,
  wanted_generation INTEGER NOT NULL,
  wanted_bundle     TEXT NOT NULL,
  wanted_revision   INTEGER NOT NULL,
  wanted_at_ms      INTEGER NOT NULL,
  detached          INTEGER NOT NULL,
  pinned            INTEGER NOT NULL,
  unpinned_images   TEXT NOT NULL,
  report            TEXT NOT NULL,
  reported_at_ms    INTEGER NOT NULL,
  PRIMARY KEY (agent, stack)
);
CREATE INDEX target_state_stack ON target_state (stack);

-- Receipts as they came, by the digest of their payload. readable = 0: kept raw, because it did not verify.
CREATE TABLE receipt (
  agent          TEXT NOT NULL,
  digest         TEXT NOT NULL,
  counter        INTEGER NOT NULL,
  readable       INTEGER NOT NULL,
  received_at_ms INTEGER NOT NULL,
  envelope       BLOB NOT NULL,
  PRIMARY KEY (agent, digest)
);
CREATE INDEX receipt_counter ON receipt (agent, counter);

-- How far the chain of an agent's receipts has come; the clock it showed, and the refusal it told of last (empty: none).
CREATE TABLE receipt_chain (
  agent          TEXT PRIMARY KEY,
  counter        INTEGER NOT NULL,
  digest         TEXT NOT NULL,
  clock_skew_ms  INTEGER NOT NULL,
  refused_reason TEXT NOT NULL,
  refused_detail TEXT NOT NULL
);

CREATE TABLE event (
  number   INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms    INTEGER NOT NULL,
  severity TEXT NOT NULL,
  kind     TEXT NOT NULL,
  name     TEXT NOT NULL,
  reason   TEXT NOT NULL,
  message  TEXT NOT NULL,
  next     TEXT NOT NULL
);
