SELECT name AS hotspot, tag, {{template "_hotspot_id.sql"}} AS id, heat
FROM hotspots FINAL
WHERE detected_at > now() - INTERVAL 30 MINUTE AND state NOT IN ('消退', '平息')
ORDER BY detected_at DESC, heat DESC
LIMIT 1 BY tag, part_by, part_key, from_at
LIMIT 100
