SELECT
    countIf(touches.digest = told.digest) AS `已计数`,
    countIf(touches.digest != told.digest) AS `待计数`
FROM
(
    SELECT toUInt32(intDiv(toUnixTimestamp(slot), 3600)) AS hour, sum(token) AS digest
    FROM touched
    WHERE slot >= $__fromTime AND slot <= least($__toTime, now()) - INTERVAL 1 HOUR
    GROUP BY hour
) AS touches
LEFT JOIN
(
    SELECT bucket AS hour, argMax(digest, (built, build)) AS digest
    FROM builds
    WHERE step = 'hour'
      AND bucket >= intDiv(toUnixTimestamp($__fromTime), 3600)
      AND bucket <= intDiv(toUnixTimestamp($__toTime), 3600)
    GROUP BY hour
) AS told ON told.hour = touches.hour
