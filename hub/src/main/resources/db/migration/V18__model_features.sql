-- What a bundle's model asks of an agent beyond Compose itself. Bundles that were packed before this column ask for nothing.
ALTER TABLE bundle ADD COLUMN asks TEXT NOT NULL DEFAULT '[]';
