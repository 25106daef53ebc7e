-- How each pass over a source went, for dashboards of the crawl's health.
CREATE TABLE IF NOT EXISTS crawl_passes_local ON CLUSTER 'consumers'
(
    source  LowCardinality(String),
    started DateTime64(3, 'UTC'),
    ended   DateTime64(3, 'UTC'),
    reason  LowCardinality(String), -- why it ended
    pages   UInt64,
    posts   UInt64,
    fresh   UInt64,                 -- posts seen for the first time
    errors  UInt64
)
ENGINE = ReplicatedReplacingMergeTree
ORDER BY (source, started);

CREATE TABLE IF NOT EXISTS crawl_passes ON CLUSTER 'consumers' AS crawl_passes_local
ENGINE = Distributed('consumers', 'vane', 'crawl_passes_local', sipHash64(source));
