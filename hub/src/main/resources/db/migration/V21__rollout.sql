-- New content of a stack on its way to its targets, in waves. Of each stack the newest rollouts are kept. Times are milliseconds since the epoch, UTC; 0: not yet.
-- policy: the RolloutPolicy as it was when the rollout began, as JSON. revision: of the stack, 0 until a target has been offered something. accepted: failures
-- that a person went on over.
CREATE TABLE rollout (
  stack       TEXT NOT NULL,
  number      INTEGER NOT NULL,
  revision    INTEGER NOT NULL,
  policy      TEXT NOT NULL,
  state       TEXT NOT NULL,
  detail      TEXT NOT NULL,
  wave        INTEGER NOT NULL,
  accepted    INTEGER NOT NULL,
  since_ms    INTEGER NOT NULL,
  begun_at_ms INTEGER NOT NULL,
  actor       TEXT NOT NULL,
  PRIMARY KEY (stack, number)
);

-- Its targets. content: digest of what the target is to have. counts_from_ms: from when its time limit counts; moves on while it is not heard.
-- kept: it cannot have the content for now, for a reason of its own.
CREATE TABLE rollout_target (
  stack          TEXT NOT NULL,
  number         INTEGER NOT NULL,
  agent          TEXT NOT NULL,
  wave           INTEGER NOT NULL,
  content        TEXT NOT NULL,
  offered_at_ms  INTEGER NOT NULL,
  counts_from_ms INTEGER NOT NULL,
  kept           INTEGER NOT NULL,
  PRIMARY KEY (stack, number, agent)
);
