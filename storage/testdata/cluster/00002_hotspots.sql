-- What every detection found. A hotspot is one (tag, from_at); each detection that
-- still sees it adds a row, so that the board can show any moment of the past.
CREATE TABLE IF NOT EXISTS hotspots_local ON CLUSTER 'consumers'
(
    detected_at     DateTime64(3, 'UTC'),
    tag             LowCardinality(String),
    name            LowCardinality(String),
    from_at         DateTime64(3, 'UTC'),
    to_at           DateTime64(3, 'UTC'),
    peak_at         DateTime64(3, 'UTC'),
    state           LowCardinality(String),
    heat            Float64,
    posts           UInt64,
    expected        Float64,
    sensitive_share Float64,
    authors         UInt64,
    texts           UInt64,
    sources         UInt64,
    components      String CODEC(ZSTD), -- JSON
    evidence        String CODEC(ZSTD)  -- JSON
)
ENGINE = ReplicatedReplacingMergeTree
ORDER BY (tag, from_at, detected_at);

CREATE TABLE IF NOT EXISTS hotspots ON CLUSTER 'consumers' AS hotspots_local
ENGINE = Distributed('consumers', 'vane', 'hotspots_local', sipHash64(tag));
