-- What a post says is dropped some days after it was published; what is counted of it
-- stays.
ALTER TABLE posts_local ON CLUSTER 'consumers'
    MODIFY COLUMN title TTL slot + toIntervalDay(30),
    MODIFY COLUMN folded TTL slot + toIntervalDay(30),
    MODIFY COLUMN text TTL slot + toIntervalDay(30),
    MODIFY COLUMN url TTL slot + toIntervalDay(30),
    MODIFY COLUMN words TTL slot + toIntervalDay(30),
    MODIFY COLUMN tag_texts TTL slot + toIntervalDay(30)
