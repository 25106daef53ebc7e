-- Takes events with forgotten posts off the disk: their titles and cases are what
-- posts said. The next clustering puts together what is left of them.
ALTER TABLE events_local ON CLUSTER 'consumers'
DELETE WHERE arrayExists(id -> position(event, id) > 0, {ids:Array(String)})
SETTINGS mutations_sync = 2
