-- Events that had posts in the window, those of most independent voices first: a text
-- that is copied, and a person who writes again, count once.
SELECT event
FROM events FINAL
WHERE NOT gone
  AND from_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
  AND to_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
ORDER BY least(authors, texts) DESC, posts DESC, from_at, id
