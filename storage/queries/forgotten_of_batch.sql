-- Which authors of the external table batch are not to be stored.
SELECT DISTINCT author AS id
FROM forgotten_authors
WHERE author IN batch
