-- The buckets that posts were ever stored in, with their hours, and the newest build,
-- if it counted them as they are; else 0.
SELECT bucket, slots, written, digest, if(built.digest = touches.digest, newest, 0) AS build
FROM
(
    SELECT
        toUInt32(intDiv(toUnixTimestamp(slot) + {shift:Int64}, {step:Int64})) AS bucket,
        groupUniqArray(toUnixTimestamp(slot)) AS slots,
        sum(token) AS digest,
        sum(touched.written) AS written
    FROM touched
    WHERE slot >= toDateTime({from:UInt32}, 'UTC') AND slot < toDateTime({to:UInt32}, 'UTC')
    GROUP BY bucket
) AS touches
LEFT JOIN
(
    SELECT bucket, argMax(build, (built, build)) AS newest, argMax(digest, (built, build)) AS digest
    FROM builds
    WHERE step = {name:String} AND bucket >= {first:UInt32} AND bucket <= {last:UInt32}
    GROUP BY bucket
) AS built USING (bucket)
ORDER BY bucket
