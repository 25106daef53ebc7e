RESTORE TABLE vane.post_slots, TABLE vane.taxonomies FROM File({folder:String}) ASYNC
