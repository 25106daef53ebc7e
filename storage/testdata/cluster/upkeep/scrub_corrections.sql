-- Takes what analysts held of forgotten posts off the disk.
ALTER TABLE post_corrections_local ON CLUSTER 'consumers'
DELETE WHERE has({ids:Array(String)}, lower(hex(id)))
SETTINGS mutations_sync = 2
