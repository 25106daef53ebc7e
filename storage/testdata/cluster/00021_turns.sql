-- Who does what only one process may do at a time, such as telling people. Each
-- process has one row a job: it asks, or it holds the turn, until a moment of the
-- server's clock.
CREATE TABLE IF NOT EXISTS turns_local ON CLUSTER 'consumers'
(
    job   LowCardinality(String),
    owner String,
    holds Bool, -- or asks
    until DateTime64(3, 'UTC')
)
ENGINE = ReplicatedReplacingMergeTree
ORDER BY (job, owner);

CREATE TABLE IF NOT EXISTS turns ON CLUSTER 'consumers' AS turns_local
ENGINE = Distributed('consumers', 'vane', 'turns_local', sipHash64(job));
