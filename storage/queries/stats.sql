SELECT
    count() AS posts,
    countIf(notEmpty(tags)) AS tagged,
    countIf(sensitive) AS negative,
    uniqExact(source) AS sources,
    min(published_at) AS first,
    max(published_at) AS last
FROM mentions
