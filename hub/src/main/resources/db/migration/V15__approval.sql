-- Releases that wait for the signatures of approvers. A signed one moves to the table release. replaced: something newer took its place; the row
-- stays as long as its counter is the stack's highest, since somebody may have signed it.
CREATE TABLE waiting_release (
  digest     TEXT PRIMARY KEY,
  stack      TEXT NOT NULL,
  counter    INTEGER NOT NULL,
  payload    BLOB NOT NULL,
  replaced   INTEGER NOT NULL,
  made_at_ms INTEGER NOT NULL,
  UNIQUE (stack, counter)
);

-- Good signatures that came so far, each by another key.
CREATE TABLE waiting_signature (
  digest    TEXT NOT NULL,
  key_id    TEXT NOT NULL,
  signature BLOB NOT NULL,
  PRIMARY KEY (digest, key_id)
);

-- Agents whose entry takes the release as soon as it is signed: of a removal, and of the same content under a higher counter.
CREATE TABLE waiting_target (
  digest TEXT NOT NULL,
  agent  TEXT NOT NULL,
  PRIMARY KEY (digest, agent)
);
