-- The posts of the authors of the external table batch.
SELECT DISTINCT id
FROM mentions
WHERE author IN batch
