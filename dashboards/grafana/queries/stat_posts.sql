SELECT posts AS `信息量`
FROM
(
{{template "_totals.sql"}}
)
