-- Every version of every post, and the only truth: all numbers are counted from it.
-- Of the rows with one sorting key the highest version counts; a deleted one
-- (a tombstone) says that the post has moved to another hour.
--
-- The sorting key is an expression of published_at, so that a condition on
-- published_at alone finds its few granules. The partition key must not be: it
-- would let ClickHouse skip parts by the exact time, and a skipped part may hold
-- the newest version of a row in another one. slot changes only with the hour, so
-- all versions with one sorting key pass or fail a condition on it together.
--
-- Granules are small because a few whole posts are read more often than all texts.
-- Statistics of every column would cost a third of an insert, and no query here has use
-- for them.
CREATE TABLE IF NOT EXISTS posts_local ON CLUSTER 'consumers'
(
    id               FixedString(16),
    version          UInt64 CODEC(Delta, ZSTD),                    -- see version.go: time of collection, taxonomy, tombstone
    deleted          UInt8,
    slot             DateTime('UTC') MATERIALIZED toStartOfHour(published_at) CODEC(Delta, ZSTD),
    published_at     DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    collected_at     DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    gone_at          DateTime64(3, 'UTC') CODEC(Delta, ZSTD),      -- 删帖, when that was seen; 1970: it stands
    undated          Bool,
    source           LowCardinality(String),
    channel          LowCardinality(String),
    region           LowCardinality(String),
    url              String CODEC(ZSTD),
    author           FixedString(16),                              -- zero: unknown
    title            String CODEC(ZSTD),
    text             String CODEC(ZSTD),
    views            UInt64 CODEC(ZSTD),
    likes            UInt64 CODEC(ZSTD),
    comments         UInt64 CODEC(ZSTD),
    shares           UInt64 CODEC(ZSTD),
    tags             Array(LowCardinality(String)),
    domains          Array(LowCardinality(String)) MATERIALIZED arrayDistinct(arrayMap(tag -> splitByChar('.', tag)[1], tags)),
    tag_names        Array(LowCardinality(String)),                -- these six run beside tags
    tag_natures      Array(LowCardinality(String)),
    tag_rules        Array(LowCardinality(String)),
    tag_from         Array(UInt32) CODEC(ZSTD),
    tag_to           Array(UInt32) CODEC(ZSTD),
    tag_texts        Array(String) DEFAULT arrayMap(tag -> '', tags) CODEC(ZSTD),
    sentiment        Float32 CODEC(ZSTD),
    sensitive        Bool,
    voice            LowCardinality(String),
    brands           Array(LowCardinality(String)),
    places           Array(LowCardinality(String)),
    amounts          Array(Float64) CODEC(ZSTD),
    demands          Array(LowCardinality(String)),
    words            Array(String) CODEC(ZSTD),
    fingerprint      UInt64,
    sketch           FixedString(64) CODEC(ZSTD),
    taxonomy_version UInt32 CODEC(ZSTD)
)
ENGINE = ReplicatedReplacingMergeTree(version, deleted)
PARTITION BY toYYYYMM(slot)
ORDER BY (toStartOfHour(published_at), id)
SETTINGS index_granularity = 512, auto_statistics_types = '';

-- Which hours a post was ever published in, as far as anybody claimed: what Insert
-- asks before it writes. Small granules, because it is asked for scattered ids.
CREATE TABLE IF NOT EXISTS post_slots_local ON CLUSTER 'consumers'
(
    id      FixedString(16),
    slot    DateTime('UTC'),
    version UInt64 CODEC(ZSTD)
)
ENGINE = ReplicatedReplacingMergeTree(version)
ORDER BY (id, slot)
SETTINGS index_granularity = 256, min_compress_block_size = 4096, auto_statistics_types = '';

-- Which taxonomies tagged posts, numbered in the order in which they came.
CREATE TABLE IF NOT EXISTS taxonomies_local ON CLUSTER 'consumers'
(
    generation UInt32,
    taxonomy   UInt32, -- hash of its rules
    since      DateTime DEFAULT now()
)
ENGINE = ReplicatedReplacingMergeTree
ORDER BY (generation, taxonomy);

-- Authors whose posts were deleted for good, and are not taken again.
CREATE TABLE IF NOT EXISTS forgotten_authors_local ON CLUSTER 'consumers'
(
    author FixedString(16),
    since  DateTime DEFAULT now()
)
ENGINE = ReplicatedReplacingMergeTree
ORDER BY author;

-- Which hours inserts changed: the sum of their random tokens is another one after
-- each, so that a count of an hour is known to be old. See rollup.go.
CREATE TABLE IF NOT EXISTS touched_local ON CLUSTER 'consumers'
(
    slot    DateTime('UTC'),
    token   UInt64,
    written UInt64 -- rows, to know about how many there are
)
ENGINE = ReplicatedSummingMergeTree
ORDER BY slot
SETTINGS auto_statistics_types = '';

-- All versions of a post go to one shard, so that they meet when merged.
CREATE TABLE IF NOT EXISTS posts ON CLUSTER 'consumers' AS posts_local
ENGINE = Distributed('consumers', 'vane', 'posts_local', sipHash64(id));

CREATE TABLE IF NOT EXISTS post_slots ON CLUSTER 'consumers' AS post_slots_local
ENGINE = Distributed('consumers', 'vane', 'post_slots_local', sipHash64(id));

CREATE TABLE IF NOT EXISTS taxonomies ON CLUSTER 'consumers' AS taxonomies_local
ENGINE = Distributed('consumers', 'vane', 'taxonomies_local', generation);

CREATE TABLE IF NOT EXISTS forgotten_authors ON CLUSTER 'consumers' AS forgotten_authors_local
ENGINE = Distributed('consumers', 'vane', 'forgotten_authors_local', sipHash64(author));

CREATE TABLE IF NOT EXISTS touched ON CLUSTER 'consumers' AS touched_local
ENGINE = Distributed('consumers', 'vane', 'touched_local', toUnixTimestamp(slot));

-- Each post once, as it was last collected: what every query and dashboard reads.
CREATE VIEW IF NOT EXISTS mentions ON CLUSTER 'consumers' AS
SELECT id, published_at, collected_at, gone_at, undated, source, channel, region, url, author, title, text,
       views, likes, comments, shares,
       tags, domains, tag_names, tag_natures, tag_rules, tag_from, tag_to, tag_texts,
       sentiment, sensitive, voice, brands, places, amounts, demands, words, fingerprint, sketch, taxonomy_version
FROM posts FINAL
SETTINGS do_not_merge_across_partitions_select_final = 1;
