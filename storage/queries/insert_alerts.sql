INSERT INTO alerts (
    rule, tag, part_of, part, since_at, name, state, held_at, seen_at, fired_at, resolved_at, peak_heat, heat, posts, hotspot, receivers, told
)
