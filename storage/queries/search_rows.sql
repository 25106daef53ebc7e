-- Rows that say what is searched for, as keys and in order. A row may be an old version
-- of its post: search_posts gives the newest, and only if they are the same the post
-- is found. So FINAL need not read every text.
--
-- Each order is a number, the higher first; of equals the newer post:
--   time        none
--   engagement  as in telling_posts: a view counts as a hundredth of a reaction
--   relevance   BM25 (Robertson and Zaragoza 2009, k1 = 1.2, b = 0.75, a usual post of
--               {usual} characters) over the folded text, without the weight of rare
--               words; a word in the title counts once more. In millionths.
SELECT
    id, version, fingerprint,
    toUnixTimestamp64Milli(published_at) AS published,
    toUInt64(if({sort:String} = 'engagement', likes + comments + shares + intDiv(views, 100),
        if({sort:String} = 'relevance', round(1e6 * arraySum(
            word -> 2.2 * countSubstrings(if(folded != '', folded, concat(title, '\n', text)), word)
                / (countSubstrings(if(folded != '', folded, concat(title, '\n', text)), word)
                    + 0.3 + 0.9 * lengthUTF8(if(folded != '', folded, concat(title, '\n', text))) / {usual:UInt32})
                + (position(title, word) > 0), {words:Array(String)})),
        0))) AS score
FROM posts
WHERE deleted = 0
  AND published_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
  AND published_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
  -- include _meant
  -- include _said
  -- include _behind
ORDER BY score DESC, published DESC, id
LIMIT {rows:UInt32}
