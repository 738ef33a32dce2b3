-- Every row below the header was accepted or rejected.
-- severity: error
SELECT file_name, sheet, rows_total, rows_accepted, rows_rejected
FROM sources
WHERE rows_total <> rows_accepted + rows_rejected
