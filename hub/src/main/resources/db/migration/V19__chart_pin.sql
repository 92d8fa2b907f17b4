-- Which archive a chart's version was when it was fetched first, by where it is from; wanted is the digest that a stack names for it, empty where none does.
-- The archive is a blob of the bundle store. Times are milliseconds since the epoch, UTC.
CREATE TABLE chart_pin (
  url           TEXT NOT NULL,
  chart         TEXT NOT NULL,
  version       TEXT NOT NULL,
  wanted        TEXT NOT NULL,
  digest        TEXT NOT NULL,
  fetched_at_ms INTEGER NOT NULL,
  PRIMARY KEY (url, chart, version, wanted)
);
