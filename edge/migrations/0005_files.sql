-- Which files are there, so that none that a version needs is deleted. Each upload has an object of its own in the
-- bucket: deleting one never hits another of the same digest. Files of 0.1.0 have no row; their object is named
-- <shop>/<digest>.
CREATE TABLE files (
  shop TEXT NOT NULL,
  digest TEXT NOT NULL,
  object TEXT NOT NULL UNIQUE,
  bytes INTEGER NOT NULL,
  -- When a publisher last sent it or asked for it.
  wanted_at_ms INTEGER NOT NULL,
  -- From here on nothing may use it, and its object is deleted.
  condemned_at_ms INTEGER,
  PRIMARY KEY (shop, digest)
) STRICT;

-- What a shop can go back to: the signed manifest and the digests of its files as a JSON array; null once it can't.
ALTER TABLE versions ADD COLUMN envelope TEXT;
ALTER TABLE versions ADD COLUMN files TEXT;
-- Likewise what devices are asked to try, by a task or as a canary.
ALTER TABLE tasks ADD COLUMN files TEXT;
ALTER TABLE shops ADD COLUMN canary_files TEXT;
