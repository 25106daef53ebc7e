-- Tables without their rows: counts are counted again, and turns are another process's.
BACKUP TABLE {{.Database}}.counts, TABLE {{.Database}}.builds, TABLE {{.Database}}.turns
TO File({folder:String})
SETTINGS structure_only = 1
ASYNC
