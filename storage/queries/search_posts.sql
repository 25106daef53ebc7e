-- The newest versions of the posts with these keys.
SELECT *
FROM mentions
WHERE (toStartOfHour(published_at), id) IN
(
    SELECT toDateTime(key.1, 'UTC'), toFixedString(unhex(key.2), 16)
    FROM (SELECT arrayJoin(arrayZip({hours:Array(UInt32)}, {ids:Array(String)})) AS key)
)
  -- which posts are meant:
  AND (empty({tags:Array(String)}) OR hasAny(tags, {tags:Array(String)}) OR hasAny(domains, {tags:Array(String)}))
  AND (empty({channels:Array(String)}) OR has({channels:Array(String)}, channel))
  AND (empty({sources:Array(String)}) OR has({sources:Array(String)}, source))
  AND (empty({regions:Array(String)}) OR has({regions:Array(String)}, region))
  AND (empty({brands:Array(String)}) OR hasAny(brands, {brands:Array(String)}))
  AND (empty({voices:Array(String)}) OR has({voices:Array(String)}, voice))
