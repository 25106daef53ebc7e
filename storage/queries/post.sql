-- The hours that the post was ever in find its rows by the primary key. The keys are
-- compared before other columns are read; FINAL takes only what it sorts by for that.
SELECT *
FROM mentions
WHERE id = unhex({id:String})
  AND toStartOfHour(published_at) IN (SELECT slot FROM post_slots WHERE id = unhex({id:String}))
SETTINGS optimize_move_to_prewhere_if_final = 1
