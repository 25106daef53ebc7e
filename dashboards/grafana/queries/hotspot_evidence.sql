SELECT
    parseDateTime64BestEffortOrNull(post.published_at, 3) AS `时间`,
    post.source AS `来源`,
    if(post.title = '', substringUTF8(post.text, 1, 40), post.title) AS `标题`,
    substringUTF8(post.text, 1, 200) AS `摘要`,
    {{address "post.url"}} AS url
FROM
(
    {{template "_hotspot.sql"}}
)
ARRAY JOIN JSONExtract(evidence, 'posts', 'Array(Tuple(url String, source String, title String, text String, published_at String))') AS post
LIMIT 50
