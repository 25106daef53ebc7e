{{template "_kept.sql"}}
  AND ($__conditionalAll(1 = 0, $source))
  AND ($__conditionalAll(1 = 0, $channel))
  AND ($__conditionalAll(1 = 0, $domain))
  AND ($__conditionalAll(1 = 0, $issue))
