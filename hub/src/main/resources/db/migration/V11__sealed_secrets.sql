-- Secrets for stacks are credentials too: with a uid that is never reused, the stacks they may be sealed for (names with commas between, sorted), and
-- the length of the value in bytes.
ALTER TABLE credential ADD COLUMN uid TEXT NOT NULL DEFAULT '';
ALTER TABLE credential ADD COLUMN stacks TEXT NOT NULL DEFAULT '';
ALTER TABLE credential ADD COLUMN size_bytes INTEGER NOT NULL DEFAULT 0;

-- Which secrets a bundle's model leaves to the entry: a JSON object of secret name to credential name.
ALTER TABLE bundle ADD COLUMN secrets TEXT NOT NULL DEFAULT '{"v":{}}';

-- The secrets of an entry, each sealed to its agent: a JSON list as in an assignment. The values are nowhere in this database in the clear.
ALTER TABLE entry ADD COLUMN sealed_secrets TEXT NOT NULL DEFAULT '{"v":[]}';

-- What earlier versions could not render (external secrets) is tried again.
DELETE FROM render_group WHERE bundle IS NULL;
