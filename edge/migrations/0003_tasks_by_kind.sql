-- One open task of each kind, where there was one in all.
DROP INDEX one_open_task_a_shop;
CREATE UNIQUE INDEX one_open_task_a_kind ON tasks (shop, kind) WHERE state = 'open';
