SELECT sum(stored) AS stored
FROM pipeline FINAL
WHERE at > now() - INTERVAL 3 HOUR
