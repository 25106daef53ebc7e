SELECT source, toUInt8({{template "_late.sql"}}) AS late
FROM source_health FINAL
ORDER BY late DESC, at DESC
LIMIT 1 BY source
LIMIT 1000
