-- What a post says is dropped some days after it was published; what is counted of it
-- stays.
ALTER TABLE {{.Local "posts"}}{{.OnCluster}}
    MODIFY COLUMN title TTL slot + toIntervalDay({{.Days}}),
    MODIFY COLUMN folded TTL slot + toIntervalDay({{.Days}}),
    MODIFY COLUMN text TTL slot + toIntervalDay({{.Days}}),
    MODIFY COLUMN url TTL slot + toIntervalDay({{.Days}}),
    MODIFY COLUMN words TTL slot + toIntervalDay({{.Days}}),
    MODIFY COLUMN tag_texts TTL slot + toIntervalDay({{.Days}})
