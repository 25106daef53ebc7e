toDateTime(intDiv(toUnixTimestamp(published_at) + 28800, $__interval_s) * $__interval_s - 28800, 'Asia/Shanghai')
