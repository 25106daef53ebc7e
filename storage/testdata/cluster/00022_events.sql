-- Events: posts about one thing. What was written last of an id is what it is now:
-- a gone one was merged into another, or split.
CREATE TABLE IF NOT EXISTS events_local ON CLUSTER 'consumers'
(
    id              FixedString(16),                 -- of its first post
    gone            Bool,
    title           String CODEC(ZSTD),
    from_at         DateTime64(3, 'UTC'),
    to_at           DateTime64(3, 'UTC'),
    peak_at         DateTime64(3, 'UTC'),
    posts           UInt64,
    authors         UInt64,
    texts           UInt64,
    sources         UInt64,
    sensitive_share Float64,
    tags            Array(LowCardinality(String)),   -- most frequent first
    event           String CODEC(ZSTD)               -- JSON of all of it
)
ENGINE = ReplicatedReplacingMergeTree
ORDER BY id;

CREATE TABLE IF NOT EXISTS events ON CLUSTER 'consumers' AS events_local
ENGINE = Distributed('consumers', 'vane', 'events_local', sipHash64(id));

-- The analyst's word on two posts, the smaller id first: the last one counts.
CREATE TABLE IF NOT EXISTS event_corrections_local ON CLUSTER 'consumers'
(
    a        FixedString(16),
    b        FixedString(16),
    together Bool,
    at       DateTime64(3, 'UTC')
)
ENGINE = ReplicatedReplacingMergeTree
ORDER BY (a, b);

CREATE TABLE IF NOT EXISTS event_corrections ON CLUSTER 'consumers' AS event_corrections_local
ENGINE = Distributed('consumers', 'vane', 'event_corrections_local', sipHash64(a));
