SELECT tag, name, from_at, to_at, state, heat, posts, expected, sensitive_share, authors
    FROM hotspots FINAL
    WHERE detected_at <= $__toTime
      AND $__conditionalAll(splitByChar('.', tag)[1] IN (${domain:singlequote}), $domain)
      AND $__conditionalAll(tag IN (${issue:singlequote}), $issue)
    ORDER BY detected_at DESC
    LIMIT 1 BY tag, from_at
