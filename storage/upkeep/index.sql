-- Makes the index for search of rows that have none.
ALTER TABLE {{.Local "posts"}}{{.OnCluster}} MATERIALIZE INDEX search
SETTINGS mutations_sync = 1
