-- The events whose id begins with some hexadecimal digits: two say that it is not
-- clear which is meant.
SELECT event
FROM events FINAL
WHERE NOT gone AND startsWith(lower(hex(id)), {id:String})
ORDER BY id
LIMIT 2
