SELECT negative / nullIf(posts, 0) AS `吐槽占比`
FROM
(
{{template "_totals.sql"}}
)
