step = 'hour'
      AND by = ''
      AND bucket >= intDiv(toUnixTimestamp($__fromTime), 3600)
      AND bucket <= intDiv(toUnixTimestamp($__toTime), 3600)
      AND (bucket, build) IN (SELECT known.1, known.2 FROM (SELECT arrayJoin(hours) AS known) WHERE known.2 != 0 AND {{template "_countable.sql" .}})
