-- Starts of the agent's state folder: a number that falls, or one that two processes have, tells of a copy.
ALTER TABLE agent ADD COLUMN incarnation BIGINT NOT NULL DEFAULT 0;
