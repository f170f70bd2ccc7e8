-- One row a shop: who may publish, which pages may read, and what is published now.
CREATE TABLE shops (
  shop TEXT PRIMARY KEY,
  -- Raw Ed25519 public key, base64url.
  publishing_key TEXT NOT NULL,
  -- JSON array of origins.
  allowed_origins TEXT NOT NULL,
  -- Envelopes as JSON, the SHA-256 of their payloads, and the sequence numbers that only rise.
  manifest TEXT,
  manifest_digest TEXT,
  manifest_sequence INTEGER NOT NULL DEFAULT 0,
  live TEXT,
  live_digest TEXT,
  live_sequence INTEGER NOT NULL DEFAULT -1
) STRICT;

-- Every manifest that was ever current.
CREATE TABLE versions (
  shop TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  version TEXT NOT NULL,
  model_digest TEXT NOT NULL,
  published_at_ms INTEGER NOT NULL,
  PRIMARY KEY (shop, sequence)
) STRICT;

-- Tasks of this party. `state` follows the round's own storage, which decides.
CREATE TABLE tasks (
  task_id TEXT PRIMARY KEY,
  shop TEXT NOT NULL,
  kind TEXT NOT NULL,
  -- The envelope with both signatures, as JSON.
  envelope TEXT NOT NULL,
  -- This party's key for the task. Unique: a key serves one task only.
  hpke_public_key TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL CHECK (state IN ('cosigned', 'open', 'aggregating', 'released', 'failed')),
  opens_at_ms INTEGER NOT NULL,
  closes_at_ms INTEGER NOT NULL
) STRICT;

-- 'open' occurs on a leader only.
CREATE UNIQUE INDEX one_open_task_a_shop ON tasks (shop) WHERE state = 'open';

-- The privacy ledger: what has been released, for the accountant and the merchant's page.
CREATE TABLE releases (
  task_id TEXT PRIMARY KEY,
  shop TEXT NOT NULL,
  kind TEXT NOT NULL,
  noise_multiplier REAL NOT NULL,
  num_reports INTEGER NOT NULL,
  released_at_ms INTEGER NOT NULL
) STRICT;
