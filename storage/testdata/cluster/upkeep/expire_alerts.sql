-- Takes the evidence out of alerts whose hotspot was last seen before a moment.
ALTER TABLE alerts_local ON CLUSTER 'consumers'
UPDATE hotspot = concat('{', arrayStringConcat(arrayMap(
    part -> concat(toJSONString(part.1), ':', if(part.1 = 'evidence', '{}', part.2)),
    JSONExtractKeysAndValuesRaw(hotspot)), ','), '}')
WHERE seen_at < fromUnixTimestamp64Milli({before:Int64}, 'UTC') AND JSONLength(hotspot, 'evidence') > 0
SETTINGS mutations_sync = 2
