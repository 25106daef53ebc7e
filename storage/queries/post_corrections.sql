-- Judgements behind a place in their order, the newest first, and whether each is the last
-- of its post and text.
SELECT *
FROM
(
    SELECT id, at, user, fingerprint, before, tags, tag_names, tag_natures, sentiment, sensitive,
           at = max(at) OVER (PARTITION BY id, fingerprint) AS latest
    FROM post_corrections FINAL
)
WHERE {first:Bool} OR (at, id) < (fromUnixTimestamp64Milli({at:Int64}, 'UTC'), toFixedString(unhex({id:String}), 16))
ORDER BY at DESC, id DESC
LIMIT {limit:UInt32}
