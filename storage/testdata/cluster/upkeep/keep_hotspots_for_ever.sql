ALTER TABLE hotspots_local ON CLUSTER 'consumers' REMOVE TTL
