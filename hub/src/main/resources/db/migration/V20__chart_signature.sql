-- Which archives are signed as which chart by which key of which keyring (the digest of its text): judged once, when the archive was fetched. Times are
-- milliseconds since the epoch, UTC.
CREATE TABLE chart_signature (
  digest         TEXT NOT NULL,
  chart          TEXT NOT NULL,
  version        TEXT NOT NULL,
  keyring        TEXT NOT NULL,
  signer         TEXT NOT NULL,
  verified_at_ms INTEGER NOT NULL,
  PRIMARY KEY (digest, chart, version, keyring)
);
