-- Takes posts out of the evidence of hotspots; whatever else the JSON object has stays.
ALTER TABLE hotspots_local ON CLUSTER 'consumers'
UPDATE evidence = concat('{', arrayStringConcat(arrayMap(
    part -> concat(toJSONString(part.1), ':', if(part.1 = 'posts',
        concat('[', arrayStringConcat(arrayFilter(p -> NOT has({ids:Array(String)}, JSONExtractString(p, 'id')), JSONExtractArrayRaw(part.2)), ','), ']'),
        part.2)),
    JSONExtractKeysAndValuesRaw(evidence)), ','), '}')
WHERE arrayExists(id -> position(evidence, id) > 0, {ids:Array(String)})
SETTINGS mutations_sync = 2
