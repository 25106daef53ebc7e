-- The posts of the external table batch. The hours that they were ever in find their rows
-- by the primary key.
SELECT *
FROM mentions
WHERE id IN batch
  AND (toStartOfHour(published_at), id) IN (SELECT slot, id FROM post_slots WHERE id IN batch)
