-- How many rows are in parts of a table that have no index for search, and are older than
-- {age} seconds.
SELECT sum(rows) AS rows
FROM system.parts
WHERE active AND database = currentDatabase() AND table = {name:String}
  AND secondary_indices_compressed_bytes = 0 AND modification_time <= now() - {age:Int64}
