SELECT *
    FROM hotspots FINAL
    WHERE (tag, from_at, detected_at, part_by, part_key) IN
    (
        SELECT tag, from_at, detected_at, part_by, part_key
        FROM hotspots
        WHERE {{template "_hotspot_id.sql"}} = {{typed "hotspot"}} AND detected_at <= $__toTime
        ORDER BY detected_at DESC
        LIMIT 1
    )
