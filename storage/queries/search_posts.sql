-- The newest versions of the posts with these keys, which are compared before other columns
-- are read.
SELECT *
FROM mentions
WHERE (toStartOfHour(published_at), id) IN
(
    SELECT toDateTime(key.1, 'UTC'), toFixedString(unhex(key.2), 16)
    FROM (SELECT arrayJoin(arrayZip({hours:Array(UInt32)}, {ids:Array(String)})) AS key)
)
  -- include _meant
SETTINGS optimize_move_to_prewhere_if_final = 1
