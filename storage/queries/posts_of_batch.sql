-- The posts of the external table batch. The hours that they were ever in find their rows
-- by the primary key.
-- include _whole
PREWHERE (toStartOfHour(published_at), id) IN (SELECT slot, id FROM post_slots WHERE id IN batch)
SETTINGS do_not_merge_across_partitions_select_final = 1
