-- base: the stack's revision that all targets had before the rollout, and go back to if it fails and its policy says so; 0: none, or a person has pinned the stack since.
ALTER TABLE rollout ADD COLUMN base INTEGER NOT NULL DEFAULT 0;
-- Whether the target was offered what it had before.
ALTER TABLE rollout_target ADD COLUMN returned INTEGER NOT NULL DEFAULT 0;
