-- The states of alerts. An alert is one rule, node and since_at; what was written last
-- is what it is now.
CREATE TABLE IF NOT EXISTS alerts_local ON CLUSTER 'consumers'
(
    rule        LowCardinality(String),
    tag         LowCardinality(String),
    part_of     LowCardinality(String), -- dimension of the node, if it is a part of the tag's posts
    part        String,                 -- its value
    since_at    DateTime64(3, 'UTC'), -- first seen to meet the rule
    name        LowCardinality(String),
    state       LowCardinality(String),
    held_at     DateTime64(3, 'UTC'), -- since when without a gap
    seen_at     DateTime64(3, 'UTC'), -- last seen to meet the rule
    fired_at    DateTime64(3, 'UTC'), -- 1970: it never did
    resolved_at DateTime64(3, 'UTC'), -- 1970: it is not yet
    peak_heat   Float64,
    heat        Float64,
    posts       UInt64,
    hotspot     String CODEC(ZSTD),   -- JSON
    receivers   Array(LowCardinality(String)),
    told        String CODEC(ZSTD)    -- JSON
)
ENGINE = ReplicatedReplacingMergeTree
ORDER BY (rule, tag, part_of, part, since_at);

CREATE TABLE IF NOT EXISTS alerts ON CLUSTER 'consumers' AS alerts_local
ENGINE = Distributed('consumers', 'vane', 'alerts_local', sipHash64(tag));
