-- Takes events off the disk whose last post was published before a moment: their titles
-- and cases are what posts said, and no clustering can find them again.
ALTER TABLE events_local ON CLUSTER 'consumers'
DELETE WHERE to_at < fromUnixTimestamp64Milli({before:Int64}, 'UTC')
SETTINGS mutations_sync = 2
