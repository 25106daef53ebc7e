-- All tables but those that the other two statements take: see Store.Backup.
BACKUP DATABASE vane
EXCEPT TABLES vane.post_slots, vane.taxonomies, vane.counts, vane.builds, vane.turns
TO File({folder:String})
ASYNC
