RESTORE TABLE {{.Database}}.counts, TABLE {{.Database}}.builds, TABLE {{.Database}}.turns FROM File({folder:String}) ASYNC
