INSERT INTO pipeline (process, at, waiting, room, oldest_at, stored)
