$__timeFilter(published_at)
      AND deleted = 0
      AND toStartOfHour(published_at) NOT IN
      (
          SELECT toDateTime(bucket * 86400 - 28800 + hour * 3600, 'UTC')
          FROM builds
          ARRAY JOIN range(24) AS hour
          WHERE step = 'day'
            AND bucket >= intDiv(toUnixTimestamp($__fromTime) + 28800, 86400)
            AND bucket <= intDiv(toUnixTimestamp($__toTime) + 28800, 86400)
      )
