-- Takes posts out of the evidence of hotspots that ended before a moment; their numbers stay.
ALTER TABLE {{.Local "hotspots"}}{{.OnCluster}}
UPDATE evidence = concat('{', arrayStringConcat(arrayMap(
    part -> concat(toJSONString(part.1), ':', if(part.1 = 'posts', '[]', part.2)),
    JSONExtractKeysAndValuesRaw(evidence)), ','), '}')
WHERE to_at < fromUnixTimestamp64Milli({before:Int64}, 'UTC') AND JSONLength(evidence, 'posts') > 0
SETTINGS mutations_sync = 2
