WITH
(
    SELECT groupArray((touches.hour, if(touches.digest = told.digest AND touches.whole, told.newest, 0)))
    FROM
    (
        SELECT
            toUInt32(intDiv(toUnixTimestamp(slot), 3600)) AS hour,
            sum(token) AS digest,
            min(slot) >= $__fromTime AND min(slot) <= $__toTime - INTERVAL 1 HOUR AS whole
        FROM touched
        WHERE slot >= toDateTime(intDiv(toUnixTimestamp($__fromTime), 3600) * 3600) AND slot <= $__toTime
        GROUP BY hour
    ) AS touches
    LEFT JOIN
    (
        SELECT bucket AS hour, argMax(build, (built, build)) AS newest, argMax(digest, (built, build)) AS digest
        FROM builds
        WHERE step = 'hour'
          AND bucket >= intDiv(toUnixTimestamp($__fromTime), 3600)
          AND bucket <= intDiv(toUnixTimestamp($__toTime), 3600)
        GROUP BY hour
    ) AS told ON told.hour = touches.hour
) AS hours
