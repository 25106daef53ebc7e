-- The hours that the post was ever in find its rows by the primary key.
SELECT *
FROM mentions
WHERE id = unhex({id:String})
  AND toStartOfHour(published_at) IN (SELECT slot FROM post_slots WHERE id = unhex({id:String}))
