INSERT INTO taxonomies (generation, taxonomy)
