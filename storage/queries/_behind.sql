-- Behind the page before, in the order of a search.
AND ({first:Bool}
  OR (score, published) < ({score:UInt64}, {published:Int64})
  OR (score, published) = ({score:UInt64}, {published:Int64}) AND id > unhex({id:String}))
