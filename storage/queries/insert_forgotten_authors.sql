INSERT INTO forgotten_authors (author)
