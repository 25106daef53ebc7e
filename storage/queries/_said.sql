-- What a search looks for, as searchParams splits it: pairs of characters that the
-- index knows, then the words themselves, to the letter. What is not asked for
-- must not stand there at all: arrayAll over nothing would have every text read. Of an if
-- whose condition is a constant, ClickHouse keeps one branch.
AND if(empty({grams:Array(String)}), true, hasAllTokens(searched, {grams:Array(String)}))
AND if(empty({pairs:Array(String)}), true, hasAnyTokens(searched, {pairs:Array(String)}))
AND if(empty({any1:Array(String)}), true, multiSearchAny(searched, {any1:Array(String)}))
AND if(empty({any2:Array(String)}), true, multiSearchAny(searched, {any2:Array(String)}))
AND if(empty({more:Array(Array(String))}), true, arrayAll(words -> multiSearchAny(searched, words), {more:Array(Array(String))}))
AND if(empty({none:Array(String)}), true, NOT multiSearchAny(searched, {none:Array(String)}))
