SELECT issue.1 AS tag, argMax(issue.2, published_at), 0{{.}}
    FROM posts
    ARRAY JOIN arrayZip(tags, tag_names) AS issue
    WHERE published_at > greatest($__fromTime, $__toTime - INTERVAL 1 DAY) AND published_at <= $__toTime AND deleted = 0
    GROUP BY tag
