-- Agents that are offered nothing until a person has looked at them: all of them after a restore, and those that know more than this hub.
-- Times are milliseconds since the epoch, UTC; zero is never.
CREATE TABLE agent_review (
  agent        TEXT PRIMARY KEY,
  cause        TEXT NOT NULL,            -- restored, behind
  since_ms     BIGINT NOT NULL,
  polled_ms    BIGINT NOT NULL,          -- first heard since then; with the next three
  epoch        BIGINT NOT NULL,          -- of the assignment that it had adopted; 0: none
  sequence     BIGINT NOT NULL,
  root_version BIGINT NOT NULL,          -- of the trust root that it followed
  reported_ms  BIGINT NOT NULL           -- told all that it runs
);

-- What such an agent told of each stack. Empty digests: nothing, or nothing of a bundle.
CREATE TABLE agent_review_stack (
  agent              TEXT NOT NULL,
  stack              TEXT NOT NULL,
  name               TEXT NOT NULL,
  generation         BIGINT NOT NULL,    -- the highest that it worked on
  bundle             TEXT NOT NULL,
  running_generation BIGINT NOT NULL,    -- 0: nothing runs
  running_bundle     TEXT NOT NULL,
  PRIMARY KEY (agent, stack)
);

-- Content at a site of which a restored hub has no record. Whatever this hub's entry says up to that generation is older, and is never offered.
CREATE TABLE unknown_content (
  agent      TEXT NOT NULL,
  stack      TEXT NOT NULL,
  name       TEXT NOT NULL,
  generation BIGINT NOT NULL,
  PRIMARY KEY (agent, stack)
);

-- For whom no assignment is issued.
CREATE VIEW agent_held AS
  SELECT agent FROM agent_review
  UNION
  SELECT u.agent FROM unknown_content u LEFT JOIN entry e ON e.agent = u.agent AND e.stack = u.stack
  WHERE e.generation IS NULL OR e.generation <= u.generation;
