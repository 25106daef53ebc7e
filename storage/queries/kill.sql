KILL QUERY WHERE query_id = {query:String} SYNC
