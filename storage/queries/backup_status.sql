-- How a backup or a restore stands.
SELECT toString(status) AS status, error FROM system.backups WHERE id = {id:String}
