-- Makes the index for search of rows that have none.
ALTER TABLE posts_local ON CLUSTER 'consumers' MATERIALIZE INDEX search
SETTINGS mutations_sync = 1
