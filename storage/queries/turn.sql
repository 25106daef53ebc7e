-- Who asks for the turn or holds it now.
SELECT owner, holds
FROM turns FINAL
WHERE job = {job:String} AND until > now64(3)
