-- What an insert writes before posts, so that it is copied after them.
BACKUP TABLE vane.post_slots, TABLE vane.taxonomies
TO File({folder:String})
ASYNC
