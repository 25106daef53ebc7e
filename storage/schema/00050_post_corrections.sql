-- What analysts held of posts, each judgement beside the one that it replaced. Of several
-- of one text the last counts; Insert applies it to every version of the post that has it.
CREATE TABLE IF NOT EXISTS {{.Local "post_corrections"}}{{.OnCluster}}
(
    id          FixedString(16),
    at          DateTime64(3, 'UTC'),
    user        LowCardinality(String),
    fingerprint UInt64,                       -- of the text that was judged
    before      String CODEC(ZSTD),           -- JSON
    tags        Array(LowCardinality(String)),
    tag_names   Array(LowCardinality(String)), -- these two run beside tags
    tag_natures Array(LowCardinality(String)),
    sentiment   Float32,
    sensitive   Bool
)
ENGINE = {{.Replacing}}
ORDER BY (id, at);
{{if .Cluster}}
CREATE TABLE IF NOT EXISTS post_corrections{{.OnCluster}} AS post_corrections_local
ENGINE = Distributed('{{.Cluster}}', '{{.Database}}', 'post_corrections_local', sipHash64(id));
{{end}}
