INSERT INTO post_corrections (id, at, user, fingerprint, before, tags, tag_names, tag_natures, sentiment, sensitive)
