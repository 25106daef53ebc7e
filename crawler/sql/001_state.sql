-- What must survive a crash of the crawler. Times are Unix milliseconds.

-- Pages that are still to be fetched, and those that were given up.
CREATE TABLE frontier (
    id       INTEGER PRIMARY KEY,
    source   TEXT    NOT NULL,
    page     TEXT    NOT NULL,           -- canonical URL; a detail page is named by its post's id
    url      TEXT    NOT NULL,           -- as the site wrote it
    kind     TEXT    NOT NULL,           -- list or detail
    depth    INTEGER NOT NULL,           -- of a list page: 0 is the first
    deep     INTEGER NOT NULL DEFAULT 0, -- of a list page: an earlier pass was cut off here, so what is behind it may be new
    due      INTEGER NOT NULL,           -- not before
    lease    INTEGER NOT NULL DEFAULT 0, -- 1: a pass has it
    attempts INTEGER NOT NULL DEFAULT 0,
    buried   TEXT,                       -- why it was given up
    plan     BLOB,                       -- of a buried page: what the source said then
    carried  TEXT,                       -- of a detail page: the list row, without names of people
    UNIQUE (source, page)
);
CREATE INDEX frontier_due ON frontier (source, kind, id) WHERE lease = 0 AND buried IS NULL;

-- Posts that were put in the outbox at some time.
CREATE TABLE seen (
    post      BLOB    PRIMARY KEY, -- vane.ID, of source and native id
    source    TEXT    NOT NULL,
    content   BLOB    NOT NULL,    -- hash; another one is a changed post
    row       BLOB    NOT NULL,    -- hash of the list row; another one is worth a fetch
    published INTEGER NOT NULL,
    undated   INTEGER NOT NULL
) WITHOUT ROWID;

-- Posts that wait to be stored. A key is never used twice.
CREATE TABLE outbox (
    key  INTEGER PRIMARY KEY AUTOINCREMENT,
    post TEXT NOT NULL -- JSON
);

-- How every pass ended.
CREATE TABLE passes (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    source  TEXT    NOT NULL,
    started INTEGER NOT NULL,
    reason  TEXT, -- null: it is running, or the program was killed
    report  TEXT  -- JSON
);
CREATE INDEX passes_source ON passes (source, id);

-- Pages and rows that could not be used.
CREATE TABLE page_errors (
    id     INTEGER PRIMARY KEY,
    pass   INTEGER NOT NULL,
    url    TEXT    NOT NULL,
    reason TEXT    NOT NULL,
    at     INTEGER NOT NULL
);
CREATE INDEX page_errors_pass ON page_errors (pass);
