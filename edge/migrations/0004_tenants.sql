-- Shops have a state, limits, a region and several publishing keys, and every change to them is written down.
ALTER TABLE shops ADD COLUMN state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'suspended', 'deleted'));
ALTER TABLE shops ADD COLUMN limits TEXT NOT NULL DEFAULT '{}';
ALTER TABLE shops ADD COLUMN region TEXT;
ALTER TABLE shops ADD COLUMN created_at_ms INTEGER NOT NULL DEFAULT 0;
-- Of a deleted shop: when nothing of it was left but this row.
ALTER TABLE shops ADD COLUMN cleared_at_ms INTEGER;
-- Who signed what is served: what a revoked key has signed is served no longer.
ALTER TABLE shops ADD COLUMN manifest_key TEXT;
ALTER TABLE shops ADD COLUMN live_key TEXT;
UPDATE shops SET manifest_key = publishing_key WHERE manifest IS NOT NULL;
UPDATE shops SET live_key = publishing_key WHERE live IS NOT NULL;
ALTER TABLE tasks ADD COLUMN publishing_key TEXT;
UPDATE tasks SET publishing_key = (SELECT publishing_key FROM shops WHERE shops.shop = tasks.shop);

-- A shop's own column `publishing_key` is what 0.1.0 reads while 0.2.0 is being deployed; it goes with a later release.
CREATE TABLE shop_keys (
  shop TEXT NOT NULL,
  -- Raw Ed25519 public key, base64url.
  public_key TEXT NOT NULL,
  added_at_ms INTEGER NOT NULL,
  -- For good: the row stays, so that the key can't come back.
  revoked_at_ms INTEGER,
  PRIMARY KEY (shop, public_key)
) STRICT;
INSERT INTO shop_keys (shop, public_key, added_at_ms) SELECT shop, publishing_key, 0 FROM shops;

-- Who changed what. Never deleted, not even with the shop.
CREATE TABLE audit_log (
  id INTEGER PRIMARY KEY,
  shop TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  -- Fingerprint of the key that signed the request.
  signed_by TEXT NOT NULL,
  action TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;
CREATE INDEX audit_log_of_a_shop ON audit_log (shop, id);
