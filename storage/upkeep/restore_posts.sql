RESTORE DATABASE {{.Database}} FROM File({folder:String}) ASYNC
