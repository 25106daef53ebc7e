-- Posts as they count, whole: what the view mentions gives, asked of the table itself, for a
-- view of so many columns costs five milliseconds more to plan, and lets no condition go
-- before FINAL. What names the posts by their sorting key goes into PREWHERE: it is compared
-- before other columns are read, of which there are forty.
SELECT id, published_at, collected_at, gone_at, undated, source, channel, region, url, author, title, text,
       views, likes, comments, shares,
       tags, domains, tag_names, tag_natures, tag_rules, tag_from, tag_to, tag_texts,
       sentiment, sensitive, voice, brands, places, amounts, demands, words, fingerprint, sketch, taxonomy_version
FROM posts FINAL
