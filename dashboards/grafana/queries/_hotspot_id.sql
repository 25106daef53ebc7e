lower(hex(sipHash64(tag, part_by, part_key, from_at)))
