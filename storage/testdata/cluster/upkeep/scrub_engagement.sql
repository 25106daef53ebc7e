-- Takes the history of a forgotten post off the disk.
ALTER TABLE engagement_local ON CLUSTER 'consumers'
DELETE WHERE id IN (SELECT id FROM post_slots_local WHERE version = {forgotten:UInt64})
SETTINGS mutations_sync = 2, allow_nondeterministic_mutations = 1
