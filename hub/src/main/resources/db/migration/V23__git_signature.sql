-- Whose signature a commit carried, and by which rules of the source that was judged: RULES SIGNER. Empty: nothing was judged.
ALTER TABLE source_ref ADD COLUMN signature TEXT NOT NULL DEFAULT '';
ALTER TABLE stack_revision ADD COLUMN signature TEXT NOT NULL DEFAULT '';
