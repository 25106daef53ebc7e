(
        SELECT *,
            dense_rank() OVER (ORDER BY in_row DESC, row) AS row_place,
            dense_rank() OVER (ORDER BY in_column DESC, column) AS column_place
        FROM
        (
            SELECT *, sum(posts) OVER (PARTITION BY row) AS in_row, sum(posts) OVER (PARTITION BY column) AS in_column
            FROM cells
        )
    )
