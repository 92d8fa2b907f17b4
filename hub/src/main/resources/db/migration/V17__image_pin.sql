-- Which digest an image's tag had when it was asked for, per stack and per what the stack reads of its source (files = SHA-256 of that read set):
-- the same files keep their digest until a person asks anew. Times are milliseconds since the epoch, UTC.
CREATE TABLE image_pin (
  stack       TEXT NOT NULL,
  files       TEXT NOT NULL,
  image       TEXT NOT NULL,
  digest      TEXT NOT NULL,
  asked_at_ms INTEGER NOT NULL,
  PRIMARY KEY (stack, files, image)
);

-- Which digests a group was packed with: image to digest, empty where it was not known yet. JSON.
ALTER TABLE render_group ADD COLUMN pins TEXT NOT NULL DEFAULT '{}';

-- Logins for registries of an entry, each sealed to its agent: likewise a JSON list. Others are no new generation.
ALTER TABLE entry ADD COLUMN sealed_logins TEXT NOT NULL DEFAULT '{"v":[]}';
