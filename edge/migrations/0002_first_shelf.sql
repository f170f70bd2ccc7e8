-- The digest of the first shelf among the files of the manifest published now.
ALTER TABLE shops ADD COLUMN first_shelf TEXT;
