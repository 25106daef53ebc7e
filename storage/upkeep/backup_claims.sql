-- What an insert writes before posts, so that it is copied after them.
BACKUP TABLE {{.Database}}.post_slots, TABLE {{.Database}}.taxonomies
TO File({folder:String})
ASYNC
