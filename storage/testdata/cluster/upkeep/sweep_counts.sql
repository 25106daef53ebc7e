-- Takes away what was counted and replaced by a newer build more than an hour ago, or
-- never finished. No question takes that long, and no build.
DELETE FROM counts_local ON CLUSTER 'consumers'
WHERE bitShiftRight(build, {noise:UInt8}) < (toUnixTimestamp(now()) - 3600) * 1000
  AND (step, bucket) NOT IN (SELECT step, bucket FROM builds GROUP BY step, bucket HAVING max(built) > now() - 3600)
  AND (step, bucket, build) NOT IN (SELECT step, bucket, argMax(build, (built, build)) FROM builds GROUP BY step, bucket)
SETTINGS allow_nondeterministic_mutations = 1
