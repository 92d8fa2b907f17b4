-- How far an agent's receipts are here without a gap: counter and digest of the last one. Counter 0: not even the first; digest empty: that receipt was
-- given up by the agent, or is no longer kept here. forked_at: the lowest counter under which receipts contradict each other; 0: none.
CREATE TABLE receipt_prefix (
  agent     TEXT PRIMARY KEY,
  counter   INTEGER NOT NULL,
  digest    TEXT NOT NULL,
  forked_at INTEGER NOT NULL
);

-- Receipts above the prefix of which an agent said that it has given them up, both counters included.
CREATE TABLE receipt_dropped (
  agent         TEXT NOT NULL,
  first_counter INTEGER NOT NULL,
  last_counter  INTEGER NOT NULL,
  PRIMARY KEY (agent, last_counter)
);

-- Of an agent with as many receipts as are kept, the older ones may have been here: what is kept is where its prefix begins.
INSERT INTO receipt_prefix (agent, counter, digest, forked_at)
SELECT agent, min(counter) - 1, '', 0 FROM receipt WHERE readable = 1 GROUP BY agent HAVING count(*) >= 1000;
