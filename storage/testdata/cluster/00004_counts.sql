-- What was counted of hours and days that are over: a cache of trends, which can be
-- thrown away at any time. A row is a line of a trend in one bucket, as one build
-- counted it. Nothing is ever replaced: which build of a bucket holds is told by
-- builds, and README.md says why that can't be wrong.
CREATE TABLE IF NOT EXISTS counts_local ON CLUSTER 'consumers'
(
    step       LowCardinality(String),           -- hour or day
    bucket     UInt32 CODEC(Delta, ZSTD),        -- number of the hour, or of the day of Asia/Shanghai, since 1970
    per        LowCardinality(String),           -- dimension of the line, '' for every post
    line       LowCardinality(String),           -- its value
    by         LowCardinality(String),           -- dimension that the line is split by, '' for none
    key        LowCardinality(String),           -- its value
    build      UInt64 CODEC(Delta, ZSTD),
    posts      UInt32 CODEC(T64, ZSTD),
    negative   UInt32 CODEC(T64, ZSTD),
    authors    UInt32 CODEC(T64, ZSTD),
    texts      UInt32 CODEC(T64, ZSTD),
    mean       Float64 CODEC(ZSTD),
    engagement Float64 CODEC(ZSTD)
)
ENGINE = ReplicatedMergeTree
PARTITION BY (step, toYYYYMM(toDateTime(bucket * if(step = 'day', 86400, 3600), 'UTC')))
ORDER BY (step, per, by, line, bucket, key)
SETTINGS index_granularity = 1024, auto_statistics_types = '';

-- What counts is complete for: a bucket, and the tokens of its hours before it was
-- counted. The newest build of a bucket holds, as long as the tokens are the same.
CREATE TABLE IF NOT EXISTS builds_local ON CLUSTER 'consumers'
(
    step   LowCardinality(String),
    bucket UInt32,
    build  UInt64,
    digest UInt64,
    built  DateTime DEFAULT now()
)
ENGINE = ReplicatedReplacingMergeTree(built)
ORDER BY (step, bucket)
SETTINGS index_granularity = 1024, auto_statistics_types = '';

CREATE TABLE IF NOT EXISTS counts ON CLUSTER 'consumers' AS counts_local
ENGINE = Distributed('consumers', 'vane', 'counts_local', sipHash64(line));

CREATE TABLE IF NOT EXISTS builds ON CLUSTER 'consumers' AS builds_local
ENGINE = Distributed('consumers', 'vane', 'builds_local', bucket);
