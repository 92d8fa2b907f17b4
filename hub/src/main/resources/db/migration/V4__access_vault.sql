-- Keys of the operators' API: of the secret only its SHA-256.
CREATE TABLE api_key (
  id           TEXT PRIMARY KEY,
  name         TEXT NOT NULL UNIQUE,
  role         TEXT NOT NULL,
  secret_hash  BLOB NOT NULL,
  created_ms   INTEGER NOT NULL,
  created_by   TEXT NOT NULL,
  expires_ms   INTEGER,
  last_used_ms INTEGER
);

-- Credentials: "sealed" is nonce and AES-256-GCM ciphertext, bound to name, version, type and host.
CREATE TABLE credential (
  name         TEXT PRIMARY KEY,
  type         TEXT NOT NULL,
  host         TEXT NOT NULL,
  version      INTEGER NOT NULL,
  sealed       BLOB NOT NULL,
  created_ms   INTEGER NOT NULL,
  rotated_ms   INTEGER NOT NULL,
  expires_ms   INTEGER,
  last_used_ms INTEGER
);
