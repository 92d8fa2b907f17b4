-- The latest time at which a hub ran on this database, milliseconds since the epoch, UTC. One row.
CREATE TABLE hub_clock (
  seen_ms BIGINT NOT NULL
);
