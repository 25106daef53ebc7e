-- Takes the words of posts out of what was held of them before they were corrected; the
-- judgements stay.
ALTER TABLE post_corrections_local ON CLUSTER 'consumers'
UPDATE before = concat('{', arrayStringConcat(arrayMap(
    part -> concat(toJSONString(part.1), ':', if(part.1 = 'tags',
        concat('[', arrayStringConcat(arrayMap(
            tag -> concat('{', arrayStringConcat(arrayMap(
                field -> concat(toJSONString(field.1), ':', if(field.1 = 'text', '""', field.2)),
                JSONExtractKeysAndValuesRaw(tag)), ','), '}'),
            JSONExtractArrayRaw(part.2)), ','), ']'),
        part.2)),
    JSONExtractKeysAndValuesRaw(before)), ','), '}')
WHERE has({ids:Array(String)}, lower(hex(id)))
SETTINGS mutations_sync = 2
