-- Which migrations were applied.
SELECT DISTINCT version_id AS version
FROM schema_versions
WHERE is_applied = 1 AND version_id > 0
ORDER BY version
