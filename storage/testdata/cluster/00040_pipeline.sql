-- How each process does, told by itself once a minute, for dashboards.
CREATE TABLE IF NOT EXISTS pipeline_local ON CLUSTER 'consumers'
(
    process   LowCardinality(String),
    at        DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    waiting   UInt64 CODEC(ZSTD),                      -- posts in its outbox
    room      UInt64 CODEC(ZSTD),                      -- that may wait there before crawling pauses
    oldest_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD), -- when the first of them was collected; 1970: none waits
    stored    UInt64 CODEC(ZSTD)                       -- posts since it told last
)
ENGINE = ReplicatedReplacingMergeTree
ORDER BY (process, at)
TTL toDateTime(at) + INTERVAL 3 MONTH
SETTINGS index_granularity = 1024;

-- How the sources of each process do, as it told last. One that it no longer has is
-- forgotten after a week.
CREATE TABLE IF NOT EXISTS source_health_local ON CLUSTER 'consumers'
(
    source   LowCardinality(String),
    process  LowCardinality(String),
    at       DateTime64(3, 'UTC'),
    ended_at DateTime64(3, 'UTC'),    -- of the last pass; 1970: none has ended yet
    next_at  DateTime64(3, 'UTC'),    -- when the next is due; 1970: not planned
    reason   LowCardinality(String),  -- why the last pass ended
    detail   String CODEC(ZSTD),
    errors   UInt64,                  -- of the last pass
    failing  UInt64,                  -- last passes in a row that got nothing
    flagged  Bool,                    -- the selectors may no longer fit
    late     Bool,                    -- what is stored of it may be out of date
    today    UInt64,                  -- new posts since midnight in Asia/Shanghai
    waiting  UInt64,                  -- pages still to be fetched
    given_up UInt64                   -- pages that failed too often
)
ENGINE = ReplicatedReplacingMergeTree(at)
ORDER BY (source, process)
TTL toDateTime(at) + INTERVAL 1 WEEK;

CREATE TABLE IF NOT EXISTS pipeline ON CLUSTER 'consumers' AS pipeline_local
ENGINE = Distributed('consumers', 'vane', 'pipeline_local', sipHash64(process));

CREATE TABLE IF NOT EXISTS source_health ON CLUSTER 'consumers' AS source_health_local
ENGINE = Distributed('consumers', 'vane', 'source_health_local', sipHash64(source));
