-- All tables but those that the other two statements take: see Store.Backup.
BACKUP DATABASE {{.Database}}
EXCEPT TABLES {{.Database}}.post_slots, {{.Database}}.taxonomies, {{.Database}}.counts, {{.Database}}.builds, {{.Database}}.turns
TO File({folder:String})
ASYNC
