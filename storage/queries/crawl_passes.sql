SELECT source, started, ended, reason, pages, posts, fresh, errors
FROM crawl_passes FINAL
WHERE started >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
  AND started < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
ORDER BY started DESC, source
