WITH FILL
    FROM toDateTime(intDiv(toUnixTimestamp($__fromTime) + 28800, $__interval_s) * $__interval_s - 28800, 'Asia/Shanghai')
    TO toDateTime(greatest(toUnixTimestamp($__fromTime), least(toUnixTimestamp($__toTime), toUnixTimestamp(now()))), 'Asia/Shanghai')
    STEP $__interval_s
