ALTER TABLE {{.Local "crawl_passes"}}{{.OnCluster}} MODIFY TTL toDateTime(started) + toIntervalDay({{.Days}})
