-- The posts of the authors of the external table batch: those that count, and those that
-- are deleted already and not yet off the disk, which FINAL hides.
SELECT DISTINCT id
FROM
(
    SELECT id FROM mentions WHERE author IN batch
    UNION ALL
    SELECT id FROM posts
    WHERE author IN batch AND id IN (SELECT id FROM post_slots WHERE version = {forgotten:UInt64})
)
