INSERT INTO touched (slot, token)
