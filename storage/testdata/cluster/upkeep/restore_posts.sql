RESTORE DATABASE vane FROM File({folder:String}) ASYNC
