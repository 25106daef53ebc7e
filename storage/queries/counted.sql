-- The lines of a trend in the buckets of the external table fresh, as its builds
-- counted them.
SELECT line, key, toInt64(bucket) AS bucket, toUInt64(posts) AS posts, toUInt64(negative) AS negative,
       toUInt64(authors) AS authors, toUInt64(texts) AS texts, mean, engagement
FROM counts
WHERE step = {name:String} AND per = {per:String} AND by = {by:String} AND ({tag:String} = '' OR line = {tag:String})
  AND bucket >= {first:UInt32} AND bucket <= {last:UInt32}
  AND (bucket, build) IN fresh
