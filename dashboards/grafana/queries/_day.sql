step = 'day'
      AND by = ''
      AND bucket >= intDiv(toUnixTimestamp($__fromTime) + 28800, 86400)
      AND bucket <= intDiv(toUnixTimestamp($__toTime) + 28800, 86400)
