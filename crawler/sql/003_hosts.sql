-- Whose turn it is, and what must not come back.

-- Scheme and host of a page. A pass takes pages of every host that has some, so that
-- the many pages of one do not stand before those of another.
ALTER TABLE frontier ADD COLUMN origin TEXT AS (substr(url, 1, instr(substr(url || '/', 9), '/') + 7)) VIRTUAL;
DROP INDEX frontier_due;
CREATE INDEX frontier_due ON frontier (source, origin, kind, id) WHERE lease = 0 AND buried IS NULL;

-- 1: a person had the post erased. What is left is its id, so that it is not
-- collected again.
ALTER TABLE seen ADD COLUMN forgotten INTEGER NOT NULL DEFAULT 0;
