-- Takes the history of a forgotten post off the disk.
ALTER TABLE {{.Local "engagement"}}{{.OnCluster}}
DELETE WHERE id IN (SELECT id FROM {{.Local "post_slots"}} WHERE version = {forgotten:UInt64})
SETTINGS mutations_sync = 2, allow_nondeterministic_mutations = 1
