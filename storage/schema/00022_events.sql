-- Events: posts about one thing. What was written last of an id is what it is now:
-- a gone one was merged into another, or split.
CREATE TABLE IF NOT EXISTS {{.Local "events"}}{{.OnCluster}}
(
    id              FixedString(16),                 -- of its first post
    gone            Bool,
    title           String CODEC(ZSTD),
    from_at         DateTime64(3, 'UTC'),
    to_at           DateTime64(3, 'UTC'),
    peak_at         DateTime64(3, 'UTC'),
    posts           UInt64,
    authors         UInt64,
    texts           UInt64,
    sources         UInt64,
    sensitive_share Float64,
    tags            Array(LowCardinality(String)),   -- most frequent first
    event           String CODEC(ZSTD)               -- JSON of all of it
)
ENGINE = {{.Replacing}}
ORDER BY id;
{{if .Cluster}}
CREATE TABLE IF NOT EXISTS events{{.OnCluster}} AS events_local
ENGINE = Distributed('{{.Cluster}}', '{{.Database}}', 'events_local', sipHash64(id));
{{end}}
-- The analyst's word on two posts, the smaller id first: the last one counts.
CREATE TABLE IF NOT EXISTS {{.Local "event_corrections"}}{{.OnCluster}}
(
    a        FixedString(16),
    b        FixedString(16),
    together Bool,
    at       DateTime64(3, 'UTC')
)
ENGINE = {{.Replacing}}
ORDER BY (a, b);
{{if .Cluster}}
CREATE TABLE IF NOT EXISTS event_corrections{{.OnCluster}} AS event_corrections_local
ENGINE = Distributed('{{.Cluster}}', '{{.Database}}', 'event_corrections_local', sipHash64(a));
{{end}}
