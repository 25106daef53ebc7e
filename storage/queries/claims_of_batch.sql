-- Every hour that the posts of the external table batch were ever claimed for.
SELECT id, slot, max(version) AS version
FROM post_slots
WHERE id IN batch
GROUP BY id, slot
