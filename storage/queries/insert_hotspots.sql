INSERT INTO hotspots (
    detected_at, tag, part_by, part_key, name, from_at, to_at, peak_at, state, heat, posts, expected, sensitive_share,
    authors, texts, sources, components, evidence
)
