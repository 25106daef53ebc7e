-- Marks the events as gone that had posts in the window and are not among those to keep.
INSERT INTO events (
    id, gone, title, from_at, to_at, peak_at, posts, authors, texts, sources, sensitive_share, tags, event
)
SELECT id, true, title, from_at, to_at, peak_at, posts, authors, texts, sources, sensitive_share, tags, event
FROM events FINAL
WHERE NOT gone
  AND from_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
  AND to_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
  AND NOT has({keep:Array(String)}, lower(hex(id)))
