-- How the agent's newest poll said that it runs: timer, interval or held; empty: it has not polled yet. How often it is to be heard hangs on it, also after a restart of the hub.
ALTER TABLE agent ADD COLUMN poll_mode TEXT NOT NULL DEFAULT '';
