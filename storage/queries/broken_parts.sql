-- Parts that ClickHouse set aside at its start because it can't read them, each with
-- the rows of the older parts that it took up again in their place: those that the
-- broken one had been merged from, if they were not deleted yet.
SELECT
    b.table AS in_table,
    b.name AS name,
    b.path AS path,
    sumIf(p.rows, p.active
        AND p.min_block_number >= b.min_block_number
        AND p.max_block_number <= b.max_block_number) AS rows
FROM system.detached_parts AS b
LEFT JOIN system.parts AS p
    ON p.database = b.database AND p.table = b.table AND p.partition_id = b.partition_id
WHERE b.database = currentDatabase() AND startsWith(b.reason, 'broken')
GROUP BY in_table, name, path
ORDER BY in_table, name
