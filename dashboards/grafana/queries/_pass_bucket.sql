toDateTime(intDiv(toUnixTimestamp(started) + 28800, $__interval_s) * $__interval_s - 28800, 'Asia/Shanghai')
