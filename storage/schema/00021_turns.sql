-- Who does what only one process may do at a time, such as telling people. Each
-- process has one row a job: it asks, or it holds the turn, until a moment of the
-- server's clock.
CREATE TABLE IF NOT EXISTS {{.Local "turns"}}{{.OnCluster}}
(
    job   LowCardinality(String),
    owner String,
    holds Bool, -- or asks
    until DateTime64(3, 'UTC')
)
ENGINE = {{.Replacing}}
ORDER BY (job, owner);
{{if .Cluster}}
CREATE TABLE IF NOT EXISTS turns{{.OnCluster}} AS turns_local
ENGINE = Distributed('{{.Cluster}}', '{{.Database}}', 'turns_local', sipHash64(job));
{{end}}
