$__timeFilter(published_at)
      AND deleted = 0
      AND toStartOfHour(published_at) IN
      (
          SELECT slot
          FROM touched
          WHERE slot >= toDateTime(intDiv(toUnixTimestamp($__fromTime), 3600) * 3600) AND slot <= $__toTime
            AND intDiv(toUnixTimestamp(slot) + 28800, 86400) NOT IN
            (
                SELECT bucket
                FROM builds
                WHERE step = 'day'
                  AND bucket >= intDiv(toUnixTimestamp($__fromTime) + 28800, 86400)
                  AND bucket <= intDiv(toUnixTimestamp($__toTime) + 28800, 86400)
            )
      )
