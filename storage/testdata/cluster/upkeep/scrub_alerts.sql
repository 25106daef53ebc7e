-- Takes the evidence out of alerts that show forgotten posts; their states stay, so
-- that nobody is told twice.
ALTER TABLE alerts_local ON CLUSTER 'consumers'
UPDATE hotspot = concat('{', arrayStringConcat(arrayMap(
    part -> concat(toJSONString(part.1), ':', if(part.1 = 'evidence', '{}', part.2)),
    JSONExtractKeysAndValuesRaw(hotspot)), ','), '}')
WHERE arrayExists(id -> position(hotspot, id) > 0, {ids:Array(String)})
SETTINGS mutations_sync = 2
