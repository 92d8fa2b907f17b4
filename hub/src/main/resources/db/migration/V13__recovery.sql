-- When a person last looked at the agent and let it go on, milliseconds since the epoch, UTC; zero: never.
ALTER TABLE agent ADD COLUMN reviewed_ms BIGINT NOT NULL DEFAULT 0;
