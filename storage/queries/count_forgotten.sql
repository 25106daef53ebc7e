-- How many posts were deleted for good.
SELECT uniqExact(id) AS posts
FROM posts
WHERE version = {forgotten:UInt64}
