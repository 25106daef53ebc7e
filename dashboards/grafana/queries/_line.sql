per = multiIf(
          NOT ($__conditionalAll(1 = 0, $issue)), 'tag',
          NOT ($__conditionalAll(1 = 0, $domain)), 'domain',
          NOT ($__conditionalAll(1 = 0, $channel)), 'channel',
          NOT ($__conditionalAll(1 = 0, $source)), 'source',
          '')
      AND $__conditionalAll(has({{chosen "issue"}}, line), $issue)
      AND $__conditionalAll(has({{chosen "domain"}}, line), $domain)
      AND $__conditionalAll(has({{chosen "channel"}}, line), $channel)
      AND $__conditionalAll(has({{chosen "source"}}, line), $source)
