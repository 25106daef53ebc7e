-- What searches look through: title and text as they were written, and their folded
-- form (simplified, half-width, lower case) where that is another one.
--
-- A text index with ngrams(2) holds, for any two characters that follow each other,
-- the rows that have them. So it finds the few granules with a word of two or more
-- characters; one of a single character is looked for in every row. Posts stored
-- before this migration have no folded form until they are tagged again.
ALTER TABLE posts_local ON CLUSTER 'consumers'
    ADD COLUMN IF NOT EXISTS folded String CODEC(ZSTD) AFTER text,
    ADD COLUMN IF NOT EXISTS searched String ALIAS concatWithSeparator('\n', title, text, folded);

ALTER TABLE posts_local ON CLUSTER 'consumers'
    ADD INDEX IF NOT EXISTS search searched TYPE text(tokenizer = ngrams(2));

-- Of posts that are there already it is made in the background; until it is, they
-- are found too, but slowly.
ALTER TABLE posts_local ON CLUSTER 'consumers' MATERIALIZE INDEX search;

ALTER TABLE posts ON CLUSTER 'consumers'
    ADD COLUMN IF NOT EXISTS folded String AFTER text,
    ADD COLUMN IF NOT EXISTS searched String ALIAS concatWithSeparator('\n', title, text, folded);
