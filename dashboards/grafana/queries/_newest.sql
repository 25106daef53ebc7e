SELECT
        {{template "_hotspot_id.sql"}} AS id,
        tag, part_by, part_key, name, from_at, to_at, state, heat, posts, expected, sensitive_share, authors
    FROM hotspots FINAL
    WHERE detected_at > $__fromTime - INTERVAL 1 HOUR AND detected_at <= $__toTime AND from_at <= $__toTime
{{- if .}}
      AND $__conditionalAll(has({{chosen "domain"}}, splitByChar('.', tag)[1]), $domain)
      AND $__conditionalAll(has({{chosen "issue"}}, tag), $issue)
{{- end}}
    ORDER BY detected_at DESC
    LIMIT 1 BY tag, part_by, part_key, from_at
