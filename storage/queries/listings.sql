-- What hot lists show of each tag: their posts that were collected in the window.
SELECT
    arrayJoin(tags) AS tag,
    uniqExact(fingerprint) AS topics,
    max(views) AS most,
    min(published_at) AS first,
    max(collected_at) AS last
FROM mentions
WHERE published_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
  AND published_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
  AND has({sources:Array(String)}, source)
GROUP BY tag
ORDER BY tag
