-- The hours that the post was ever in find its rows by the primary key.
-- include _whole
PREWHERE id = unhex({id:String})
  AND toStartOfHour(published_at) IN (SELECT slot FROM post_slots WHERE id = unhex({id:String}))
SETTINGS do_not_merge_across_partitions_select_final = 1
