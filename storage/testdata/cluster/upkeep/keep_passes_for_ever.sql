ALTER TABLE crawl_passes_local ON CLUSTER 'consumers' REMOVE TTL
