{{template "_filters.sql"}}
      AND toStartOfHour(published_at) IN (SELECT toDateTime(known.1 * 3600, 'UTC') FROM (SELECT arrayJoin(hours) AS known) WHERE known.2 = 0 OR NOT ({{template "_countable.sql" .}}))
