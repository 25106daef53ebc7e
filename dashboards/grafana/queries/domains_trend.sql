SELECT *
FROM
(
    SELECT
        {{template "_bucket.sql"}} AS time,
        {{domainName "id"}} AS domain,
        id,
        count() AS `信息量`
    FROM mentions
    ARRAY JOIN domains AS id
    WHERE {{template "_filters.sql"}}
      AND $__conditionalAll(id IN (${domain:singlequote}), $domain)
    GROUP BY time, id
    ORDER BY domain, id, time {{template "_fill.sql"}}
)
ORDER BY time
