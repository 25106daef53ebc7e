-- What analysts held of posts, each judgement beside the one that it replaced. Of several
-- of one text the last counts; Insert applies it to every version of the post that has it.
CREATE TABLE IF NOT EXISTS post_corrections_local ON CLUSTER 'consumers'
(
    id          FixedString(16),
    at          DateTime64(3, 'UTC'),
    user        LowCardinality(String),
    fingerprint UInt64,                       -- of the text that was judged
    before      String CODEC(ZSTD),           -- JSON
    tags        Array(LowCardinality(String)),
    tag_names   Array(LowCardinality(String)), -- these two run beside tags
    tag_natures Array(LowCardinality(String)),
    sentiment   Float32,
    sensitive   Bool
)
ENGINE = ReplicatedReplacingMergeTree
ORDER BY (id, at);

CREATE TABLE IF NOT EXISTS post_corrections ON CLUSTER 'consumers' AS post_corrections_local
ENGINE = Distributed('consumers', 'vane', 'post_corrections_local', sipHash64(id));
