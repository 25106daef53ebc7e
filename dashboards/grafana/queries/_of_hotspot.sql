(has(tags, hotspot.1) OR has(domains, hotspot.1))
  AND multiIf(
    hotspot.2 = 'brand', has(brands, hotspot.3),
    hotspot.2 = 'region', region = hotspot.3,
    hotspot.2 = 'channel', channel = hotspot.3,
    1)
