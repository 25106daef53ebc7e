INSERT INTO post_slots (id, slot, version)
