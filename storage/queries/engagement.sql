-- The newest observations of one post.
SELECT observed_at, views, likes, comments, shares
FROM engagement FINAL
WHERE id = unhex({id:String})
ORDER BY observed_at DESC
LIMIT {limit:UInt32}
