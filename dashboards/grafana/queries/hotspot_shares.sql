SELECT dimension AS `维度`, share.key AS `值`, share.posts AS `信息量`
FROM
(
    SELECT
        field.1 AS place,
        field.2 AS dimension,
        arrayJoin(JSONExtract(evidence, field.3, 'Array(Tuple(key String, posts UInt64))')) AS share
    FROM
    (
        {{template "_hotspot.sql"}}
    )
    ARRAY JOIN [(1, '渠道', 'channels'), (2, '地区', 'regions'), (3, '品牌', 'brands'), (4, '诉求', 'demands')] AS field
)
ORDER BY place, share.posts DESC, share.key
LIMIT 100
