WITH
(
    SELECT groupArray((touches.hour, told.newest))
    FROM
    (
        SELECT toUInt32(intDiv(toUnixTimestamp(slot), 3600)) AS hour, sum(token) AS digest
        FROM touched
        WHERE slot >= $__fromTime AND slot <= $__toTime - INTERVAL 1 HOUR
        GROUP BY hour
    ) AS touches
    INNER JOIN
    (
        SELECT bucket AS hour, argMax(build, (built, build)) AS newest, argMax(digest, (built, build)) AS digest
        FROM builds
        WHERE step = 'hour'
          AND bucket >= intDiv(toUnixTimestamp($__fromTime), 3600)
          AND bucket <= intDiv(toUnixTimestamp($__toTime), 3600)
        GROUP BY hour
    ) AS told ON told.hour = touches.hour AND told.digest = touches.digest
) AS fresh
