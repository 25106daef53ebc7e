-- The newest versions of the posts with these keys.
-- include _whole
PREWHERE (toStartOfHour(published_at), id) IN
(
    SELECT toDateTime(key.1, 'UTC'), toFixedString(unhex(key.2), 16)
    FROM (SELECT arrayJoin(arrayZip({hours:Array(UInt32)}, {ids:Array(String)})) AS key)
)
WHERE true
  -- include _meant
SETTINGS do_not_merge_across_partitions_select_final = 1
