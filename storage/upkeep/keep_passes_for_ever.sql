ALTER TABLE {{.Local "crawl_passes"}}{{.OnCluster}} REMOVE TTL
