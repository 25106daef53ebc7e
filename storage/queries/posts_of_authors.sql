-- The posts of which the disk has a row by one of the authors of the external table
-- batch. Rows and not mentions, whose FINAL hides what is deleted already and not yet
-- off the disk.
SELECT DISTINCT id
FROM posts
WHERE author IN batch
