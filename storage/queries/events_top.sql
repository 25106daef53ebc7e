-- The events that had posts in the window, of those the first with most independent voices.
-- Their ids are found first: an event's whole is wide.
SELECT event
FROM events FINAL
WHERE id IN
(
    SELECT id
    FROM events FINAL
    WHERE NOT gone
      AND from_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
      AND to_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
    ORDER BY least(authors, texts) DESC, posts DESC, from_at, id
    LIMIT {limit:UInt32}
)
ORDER BY least(authors, texts) DESC, posts DESC, from_at, id
