SELECT source
FROM
(
    SELECT source FROM source_health
    UNION ALL
    SELECT source FROM crawl_passes WHERE $__timeFilter(started)
)
GROUP BY source
ORDER BY count() DESC, source
LIMIT 500
