INSERT INTO touched (slot, token, written)
