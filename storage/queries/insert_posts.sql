INSERT INTO posts (
    id, version, deleted, published_at, collected_at, gone_at, undated, source, channel, region, url, author, title, text, folded,
    views, likes, comments, shares, tags, tag_names, tag_natures, tag_rules, tag_from, tag_to, tag_texts, sentiment, sensitive,
    voice, brands, places, amounts, demands, words, fingerprint, sketch, taxonomy_version
)
