ALTER TABLE {{.Local "hotspots"}}{{.OnCluster}} REMOVE TTL
