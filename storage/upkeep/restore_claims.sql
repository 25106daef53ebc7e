RESTORE TABLE {{.Database}}.post_slots, TABLE {{.Database}}.taxonomies FROM File({folder:String}) ASYNC
