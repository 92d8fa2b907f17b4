-- What policies keep from targets of a stack now, so that each refusal is recorded once. rule: a PolicyRule. what: the content, for a person. agents: names, sorted,
-- with commas between; targets: how many. Times are milliseconds since the epoch, UTC.
CREATE TABLE policy_refusal (
  stack   TEXT NOT NULL,
  policy  TEXT NOT NULL,
  rule    TEXT NOT NULL,
  what    TEXT NOT NULL,
  agents  TEXT NOT NULL,
  targets INTEGER NOT NULL,
  at_ms   INTEGER NOT NULL,
  PRIMARY KEY (stack, policy, rule)
);
