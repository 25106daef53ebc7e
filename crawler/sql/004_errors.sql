-- What went wrong with pages stands in the reports of their passes.
DROP TABLE page_errors;
