-- One open task of each kind, where there was one in all.
DROP INDEX one_open_task_a_shop;
CREATE UNIQUE INDEX one_open_task_a_kind ON tasks (shop, kind) WHERE state = 'open';

-- Every task that was ever agreed on, whether this party has a round of it or was told of it. Never deleted.
CREATE TABLE ledger (
  task_id TEXT PRIMARY KEY,
  shop TEXT NOT NULL,
  -- The envelope with both signatures, as JSON.
  envelope TEXT NOT NULL,
  -- How many tasks came before, as the task states it; null where it states nothing. Two tasks can't come after the
  -- same ones.
  num_earlier INTEGER,
  UNIQUE (shop, num_earlier)
) STRICT;
INSERT INTO ledger (task_id, shop, envelope) SELECT task_id, shop, envelope FROM tasks;
