-- Posts whose corrections hold words of the text that was judged.
SELECT DISTINCT id
FROM post_corrections
WHERE arrayExists(t -> JSONExtractString(t, 'text') != '', JSONExtractArrayRaw(before, 'tags'))
