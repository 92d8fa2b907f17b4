-- What was packed: one row per bundle. Times are milliseconds since the epoch, UTC; lists and maps are JSON.
CREATE TABLE bundle (
  digest     TEXT PRIMARY KEY,
  size_bytes INTEGER NOT NULL,
  objects    TEXT NOT NULL,
  images     TEXT NOT NULL,
  site_variables TEXT NOT NULL,
  made_at_ms INTEGER NOT NULL
);

-- Which input gave which bundle. key = SHA-256 over read set, values and options: packed once, reused by any later version of the hub.
CREATE TABLE rendering (
  key    TEXT PRIMARY KEY,
  bundle TEXT NOT NULL
);

-- Per stack and group of targets that render alike: what the renderer looked at last, and what came of it (a bundle, or problems).
CREATE TABLE render_group (
  stack     TEXT NOT NULL,
  group_key TEXT NOT NULL,
  looks     TEXT NOT NULL,
  bundle    TEXT,
  problems  TEXT NOT NULL,
  PRIMARY KEY (stack, group_key)
);

CREATE TABLE release (
  digest     TEXT PRIMARY KEY,
  stack      TEXT NOT NULL,
  counter    INTEGER NOT NULL,
  bundle     TEXT,
  payload    BLOB NOT NULL,
  envelope   BLOB NOT NULL,
  made_at_ms INTEGER NOT NULL,
  UNIQUE (stack, counter)
);
CREATE INDEX release_bundle ON release (stack, bundle);

-- What each agent should run. state: present, suspended, absent, or gone (removed and confirmed; kept for its generation and counter).
CREATE TABLE entry (
  agent      TEXT NOT NULL,
  stack      TEXT NOT NULL,
  name       TEXT NOT NULL,
  state      TEXT NOT NULL,
  generation INTEGER NOT NULL,
  counter    INTEGER NOT NULL,
  release    TEXT NOT NULL,
  bundle     TEXT,
  size_bytes INTEGER NOT NULL,
  variables  TEXT NOT NULL,
  options    TEXT NOT NULL,
  project    TEXT NOT NULL,
  revision   INTEGER NOT NULL,
  detached   INTEGER NOT NULL,
  changed_at_ms INTEGER NOT NULL,
  PRIMARY KEY (agent, stack)
);
CREATE INDEX entry_stack ON entry (stack);

-- Issued assignments: the newest few of each agent, so that one that is being fetched stays available.
CREATE TABLE assignment (
  agent         TEXT NOT NULL,
  epoch         INTEGER NOT NULL,
  sequence      INTEGER NOT NULL,
  digest        TEXT NOT NULL,
  issued_at_ms  INTEGER NOT NULL,
  expires_at_ms INTEGER NOT NULL,
  envelope      BLOB NOT NULL,
  PRIMARY KEY (agent, epoch, sequence)
);

-- Agents whose entries changed since their newest assignment: written with the change, taken away with the issue.
CREATE TABLE assignment_due (
  agent TEXT PRIMARY KEY
);

-- History: a revision is what was offered at one moment, to whom.
CREATE TABLE stack_revision (
  stack           TEXT NOT NULL,
  number          INTEGER NOT NULL,
  commit_id       TEXT NOT NULL,
  author          TEXT NOT NULL,
  committed_at_ms INTEGER NOT NULL,
  subject         TEXT NOT NULL,
  cause           TEXT NOT NULL,
  actor           TEXT NOT NULL,
  made_at_ms      INTEGER NOT NULL,
  source          TEXT NOT NULL DEFAULT '',
  url             TEXT NOT NULL DEFAULT '',
  ref             TEXT NOT NULL DEFAULT '',
  change_keys     TEXT NOT NULL DEFAULT '', -- separated by blanks
  PRIMARY KEY (stack, number)
);
CREATE TABLE revision_target (
  stack      TEXT NOT NULL,
  number     INTEGER NOT NULL,
  agent      TEXT NOT NULL,
  generation INTEGER NOT NULL,
  bundle     TEXT NOT NULL,
  release    TEXT NOT NULL,
  outcome    TEXT NOT NULL,
  PRIMARY KEY (stack, number, agent)
);
CREATE INDEX revision_target_agent ON revision_target (agent, stack, generation);
