{{template "_filters.sql"}}
      AND toStartOfHour(published_at) NOT IN (SELECT toDateTime(known.1 * 3600, 'UTC') FROM (SELECT arrayJoin(fresh) AS known) WHERE {{template "_countable.sql" .}})
