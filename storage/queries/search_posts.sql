-- The newest versions of the posts with these keys.
SELECT *
FROM mentions
WHERE (toStartOfHour(published_at), id) IN
(
    SELECT toDateTime(key.1, 'UTC'), toFixedString(unhex(key.2), 16)
    FROM (SELECT arrayJoin(arrayZip({hours:Array(UInt32)}, {ids:Array(String)})) AS key)
)
  -- include _meant
