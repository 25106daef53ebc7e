toDateTime(intDiv(bucket * 3600 + 28800, $__interval_s) * $__interval_s - 28800, 'Asia/Shanghai')
