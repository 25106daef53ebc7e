SELECT
    published_at AS `时间`,
    channel AS `渠道`,
    if(title = '', substringUTF8(text, 1, 40), title) AS `标题`,
    substringUTF8(text, 1, 120) AS `摘要`,
    arrayStringConcat(tag_names, '、') AS `问题`,
    source AS `来源`,
    {{address "url"}} AS url
FROM mentions
WHERE {{template "_filters.sql"}}
  AND sensitive
ORDER BY published_at DESC, id
LIMIT 200
