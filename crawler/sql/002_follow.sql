-- Pages that are asked for again, and why. Times are Unix milliseconds.

-- How the engagement of a post was when it last went out: a small change of it is
-- not worth another version.
ALTER TABLE seen ADD COLUMN views    INTEGER NOT NULL DEFAULT 0;
ALTER TABLE seen ADD COLUMN likes    INTEGER NOT NULL DEFAULT 0;
ALTER TABLE seen ADD COLUMN comments INTEGER NOT NULL DEFAULT 0;
ALTER TABLE seen ADD COLUMN shares   INTEGER NOT NULL DEFAULT 0;

-- A page of a backfill takes posts of this span only; null: any.
ALTER TABLE frontier ADD COLUMN since INTEGER;
ALTER TABLE frontier ADD COLUMN until INTEGER;
-- Of a page that was given up because of robots.txt: the hash of those rules.
ALTER TABLE frontier ADD COLUMN rules BLOB;
CREATE INDEX frontier_rules ON frontier (source, due) WHERE rules IS NOT NULL;

-- Posts that are fetched again until some time, for changes and for their deletion.
CREATE TABLE followed (
    post    BLOB    PRIMARY KEY, -- vane.ID
    source  TEXT    NOT NULL,
    url     TEXT    NOT NULL,
    carried TEXT    NOT NULL,    -- the list row, without names of people
    sent    TEXT    NOT NULL,    -- JSON: the version that went out last
    due     INTEGER NOT NULL,
    until   INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX followed_due ON followed (source, due);

-- What a page is asked for with, to be sent only if it changed. A row is written by
-- the commit that stored what the page held.
CREATE TABLE validators (
    source   TEXT    NOT NULL,
    url      TEXT    NOT NULL,
    etag     TEXT    NOT NULL,
    modified TEXT    NOT NULL,
    plan     BLOB    NOT NULL, -- what the source said then
    fetched  INTEGER NOT NULL, -- when the whole page last came
    PRIMARY KEY (source, url)
) WITHOUT ROWID;

-- When the scheduler means to make the next pass.
CREATE TABLE schedule (
    source TEXT    PRIMARY KEY,
    next   INTEGER NOT NULL,
    every  INTEGER NOT NULL -- milliseconds between two passes, as it is now
) WITHOUT ROWID;
