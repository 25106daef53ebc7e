-- Each hotspot as the newest detection up to a moment saw it. The keys are found
-- first, so that the evidence of older detections is not read.
SELECT
    detected_at, tag, part_by, part_key, name, from_at, to_at, peak_at, state, heat, posts, expected, sensitive_share,
    authors, texts, sources, components, evidence
FROM hotspots FINAL
WHERE (tag, part_by, part_key, from_at, detected_at) IN
(
    SELECT tag, part_by, part_key, from_at, max(detected_at)
    FROM hotspots
    WHERE detected_at <= fromUnixTimestamp64Milli({at:Int64}, 'UTC')
    GROUP BY tag, part_by, part_key, from_at
)
  AND to_at > fromUnixTimestamp64Milli({since:Int64}, 'UTC')
ORDER BY heat DESC, tag, part_by, part_key, from_at
