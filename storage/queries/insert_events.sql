INSERT INTO events (
    id, gone, title, from_at, to_at, peak_at, posts, authors, texts, sources, sensitive_share, tags, event
)
