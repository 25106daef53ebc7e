-- The last judgement of each post of the external table batch that has one.
SELECT id, at, user, fingerprint, before, tags, tag_names, tag_natures, sentiment, sensitive, true AS latest
FROM post_corrections
WHERE id IN batch
ORDER BY id, at DESC
LIMIT 1 BY id
