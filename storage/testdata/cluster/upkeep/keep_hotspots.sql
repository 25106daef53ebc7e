ALTER TABLE hotspots_local ON CLUSTER 'consumers' MODIFY TTL toDateTime(detected_at) + toIntervalDay(30)
