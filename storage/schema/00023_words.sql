-- What analysts decided about emerging words: the last decision on a word counts.
CREATE TABLE IF NOT EXISTS {{.Local "word_verdicts"}}{{.OnCluster}}
(
    word     String,
    accepted Bool,                   -- or rejected
    issue    LowCardinality(String), -- that an accepted one was given to
    at       DateTime64(3, 'UTC')
)
ENGINE = {{.Replacing}}
ORDER BY word;
{{if .Cluster}}
CREATE TABLE IF NOT EXISTS word_verdicts{{.OnCluster}} AS word_verdicts_local
ENGINE = Distributed('{{.Cluster}}', '{{.Database}}', 'word_verdicts_local', sipHash64(word));
{{end}}
