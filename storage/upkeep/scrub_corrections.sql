-- Takes what analysts held of forgotten posts off the disk.
ALTER TABLE {{.Local "post_corrections"}}{{.OnCluster}}
DELETE WHERE has({ids:Array(String)}, lower(hex(id)))
SETTINGS mutations_sync = 2
