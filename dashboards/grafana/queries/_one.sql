{{template "_kept.sql"}}
  AND (NOT ($__conditionalAll(1 = 0, $source)))
    + (NOT ($__conditionalAll(1 = 0, $channel)))
    + (NOT ($__conditionalAll(1 = 0, $domain)))
    + (NOT ($__conditionalAll(1 = 0, $issue))) <= 1
  AND $__conditionalAll(length({{chosen "domain"}}) = 1, $domain)
  AND $__conditionalAll(length({{chosen "issue"}}) = 1, $issue)
