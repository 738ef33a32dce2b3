-- Every sheet says where it can be had.
-- severity: error
SELECT file_name, sheet FROM sources WHERE trim(source_reference_url) = ''
