-- Throws away what was counted ahead.
TRUNCATE TABLE {table:Identifier}
