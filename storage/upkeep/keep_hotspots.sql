ALTER TABLE {{.Local "hotspots"}}{{.OnCluster}} MODIFY TTL toDateTime(detected_at) + toIntervalDay({{.Days}})
