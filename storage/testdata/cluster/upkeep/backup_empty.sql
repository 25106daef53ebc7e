-- Tables without their rows: counts are counted again, and turns are another process's.
BACKUP TABLE vane.counts, TABLE vane.builds, TABLE vane.turns
TO File({folder:String})
SETTINGS structure_only = 1
ASYNC
