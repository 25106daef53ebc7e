-- The last judgement of each text of the posts of the external table batch.
SELECT id, at, user, fingerprint, before, tags, tag_names, tag_natures, sentiment, sensitive, true AS latest
FROM post_corrections
WHERE id IN batch
ORDER BY id, fingerprint, at DESC
LIMIT 1 BY id, fingerprint
