ALTER TABLE crawl_passes_local ON CLUSTER 'consumers' MODIFY TTL toDateTime(started) + toIntervalDay(30)
