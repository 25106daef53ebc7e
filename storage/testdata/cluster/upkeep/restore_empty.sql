RESTORE TABLE vane.counts, TABLE vane.builds, TABLE vane.turns FROM File({folder:String}) ASYNC
