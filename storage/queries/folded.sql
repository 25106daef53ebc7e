-- The folded form of a post, which the view mentions leaves out.
SELECT folded
FROM posts FINAL
WHERE id = unhex({id:String})
  AND toStartOfHour(published_at) IN (SELECT slot FROM post_slots WHERE id = unhex({id:String}))
