-- Each hotspot as the newest detection up to a moment saw it. The keys are found
-- first, so that the evidence of older detections is not read.
SELECT
    detected_at, tag, name, from_at, to_at, peak_at, state, heat, posts, expected, sensitive_share,
    authors, texts, sources, components, evidence
FROM hotspots FINAL
WHERE (tag, from_at, detected_at) IN
(
    SELECT tag, from_at, max(detected_at)
    FROM hotspots
    WHERE detected_at <= fromUnixTimestamp64Milli({at:Int64}, 'UTC')
    GROUP BY tag, from_at
)
  AND to_at > fromUnixTimestamp64Milli({since:Int64}, 'UTC')
ORDER BY heat DESC, tag, from_at
