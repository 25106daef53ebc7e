-- Of each list one value must hold; an empty list leaves it open.
AND (empty({tags:Array(String)}) OR hasAny(tags, {tags:Array(String)}) OR hasAny(domains, {tags:Array(String)}))
AND (empty({channels:Array(String)}) OR has({channels:Array(String)}, channel))
AND (empty({sources:Array(String)}) OR has({sources:Array(String)}, source))
AND (empty({regions:Array(String)}) OR has({regions:Array(String)}, region))
AND (empty({brands:Array(String)}) OR hasAny(brands, {brands:Array(String)}))
AND (empty({voices:Array(String)}) OR has({voices:Array(String)}, voice))
