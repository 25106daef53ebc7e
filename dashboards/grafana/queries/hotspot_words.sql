{{template "_hotspot_posts.sql"}}
SELECT word AS `词`, count() AS `信息量`, countIf(sensitive) / count() AS `吐槽占比`
FROM mentions
ARRAY JOIN arrayIntersect(words, hotspot.6) AS word
WHERE published_at >= hotspot.4 AND published_at < hotspot.5
  AND {{template "_of_hotspot.sql"}}
GROUP BY word
ORDER BY `信息量` DESC, word
LIMIT 50
