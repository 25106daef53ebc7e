SELECT a, b, together, at
FROM event_corrections FINAL
ORDER BY at, a, b
