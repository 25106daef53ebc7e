-- The number of a taxonomy, 0 if it never came, and the newest number of all.
SELECT maxIf(generation, taxonomy = {taxonomy:UInt32}) AS known, max(generation) AS newest
FROM taxonomies
