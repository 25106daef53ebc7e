SELECT negative AS `吐槽类信息`
FROM
(
{{template "_totals.sql"}}
)
