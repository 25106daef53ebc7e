-- How many reacted to a post, each time that was read: a version of a post replaces
-- the one before, and its counts with it. The crawler sends a version when a count has
-- moved by a tenth or the text has changed, so this stays small. An observation that is
-- inserted again replaces itself.
CREATE TABLE IF NOT EXISTS engagement_local ON CLUSTER 'consumers'
(
    id          FixedString(16),
    observed_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD), -- the version's collected_at
    views       UInt64 CODEC(ZSTD),
    likes       UInt64 CODEC(ZSTD),
    comments    UInt64 CODEC(ZSTD),
    shares      UInt64 CODEC(ZSTD)
)
ENGINE = ReplicatedReplacingMergeTree
ORDER BY (id, observed_at)
TTL toDateTime(observed_at) + INTERVAL 2 YEAR
SETTINGS index_granularity = 1024;

-- A post whose site shows no counts has no history.
CREATE MATERIALIZED VIEW IF NOT EXISTS engagement_of_posts_local ON CLUSTER 'consumers' TO engagement_local AS
SELECT id, collected_at AS observed_at, views, likes, comments, shares
FROM posts_local
WHERE deleted = 0 AND views + likes + comments + shares > 0;

CREATE TABLE IF NOT EXISTS engagement ON CLUSTER 'consumers' AS engagement_local
ENGINE = Distributed('consumers', 'vane', 'engagement_local', sipHash64(id));
