-- What a search looks for, as searchParams splits it: pairs of characters that the
-- index knows, then the words themselves, to the letter.
AND (empty({grams:Array(String)}) OR hasAllTokens(searched, {grams:Array(String)}))
AND (empty({pairs:Array(String)}) OR hasAnyTokens(searched, {pairs:Array(String)}))
AND (empty({any1:Array(String)}) OR multiSearchAny(searched, {any1:Array(String)}))
AND (empty({any2:Array(String)}) OR multiSearchAny(searched, {any2:Array(String)}))
AND arrayAll(words -> multiSearchAny(searched, words), {more:Array(Array(String))})
AND NOT (notEmpty({none:Array(String)}) AND multiSearchAny(searched, {none:Array(String)}))
