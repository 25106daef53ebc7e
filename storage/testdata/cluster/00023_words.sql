-- What analysts decided about emerging words: the last decision on a word counts.
CREATE TABLE IF NOT EXISTS word_verdicts_local ON CLUSTER 'consumers'
(
    word     String,
    accepted Bool,                   -- or rejected
    issue    LowCardinality(String), -- that an accepted one was given to
    at       DateTime64(3, 'UTC')
)
ENGINE = ReplicatedReplacingMergeTree
ORDER BY word;

CREATE TABLE IF NOT EXISTS word_verdicts ON CLUSTER 'consumers' AS word_verdicts_local
ENGINE = Distributed('consumers', 'vane', 'word_verdicts_local', sipHash64(word));
