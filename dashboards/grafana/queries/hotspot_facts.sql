SELECT
    heat AS `热度`,
    state AS `状态`,
    posts AS `信息量`,
    expected AS `平常`,
    sensitive_share AS `吐槽占比`,
    authors AS `发声人数`,
    texts AS `不同文本`,
    sources AS `来源数`
FROM
(
    {{template "_hotspot.sql"}}
)
LIMIT 1
