-- Marks some events as gone.
INSERT INTO events (id, gone)
SELECT unhex(arrayJoin({ids:Array(String)})), true
