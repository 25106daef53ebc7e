WITH (SELECT (max(tag), max(part_by), max(part_key), max(from_at), max(to_at), JSONExtract(max(evidence), 'words', 'Array(String)')) FROM ({{template "_hotspot.sql"}})) AS hotspot
