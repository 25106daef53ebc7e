-- Takes every version of a forgotten post, and whatever a forgotten author wrote, off
-- the disk. What stays are the tombstones.
ALTER TABLE {{.Local "posts"}}{{.OnCluster}}
DELETE WHERE version != {forgotten:UInt64}
  AND (id IN (SELECT id FROM {{.Local "post_slots"}} WHERE version = {forgotten:UInt64}) OR author IN (SELECT author FROM forgotten_authors))
SETTINGS mutations_sync = 2, allow_nondeterministic_mutations = 1
