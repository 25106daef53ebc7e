INSERT INTO turns (job, owner, holds, until)
SELECT {job:String}, {owner:String}, {holds:Bool}, now64(3) + toIntervalMillisecond({keep:Int64})
