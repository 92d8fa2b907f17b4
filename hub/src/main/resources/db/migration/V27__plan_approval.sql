-- What of a stack waits until people have approved it. plan: a hash of stack, targets and content. what: the content, for a person. authors: who made it, as JSON.
-- Times are milliseconds since the epoch, UTC.
CREATE TABLE awaited_plan (
  stack    TEXT PRIMARY KEY,
  plan     TEXT NOT NULL,
  what     TEXT NOT NULL,
  authors  TEXT NOT NULL,
  since_ms INTEGER NOT NULL
);
-- Its targets. content: a hash of bundle and variables; required: how many have to approve; rule: that says so, for a person.
CREATE TABLE awaited_target (
  stack    TEXT NOT NULL,
  agent    TEXT NOT NULL,
  content  TEXT NOT NULL,
  required INTEGER NOT NULL,
  rule     TEXT NOT NULL,
  PRIMARY KEY (stack, agent)
);
-- What people said to it; kept until the target is to have other content. voter: name of the API key.
CREATE TABLE approval_vote (
  stack    TEXT NOT NULL,
  agent    TEXT NOT NULL,
  content  TEXT NOT NULL,
  voter    TEXT NOT NULL,
  approves INTEGER NOT NULL,
  reason   TEXT NOT NULL,
  at_ms    INTEGER NOT NULL,
  PRIMARY KEY (stack, agent, content, voter)
);
