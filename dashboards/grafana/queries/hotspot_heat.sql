SELECT detected_at AS time, heat AS `热度`, posts AS `信息量`
FROM hotspots FINAL
WHERE {{template "_hotspot_id.sql"}} = {{typed "hotspot"}} AND $__timeFilter(detected_at)
ORDER BY time
LIMIT 10000
