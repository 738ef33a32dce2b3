-- The rows a sheet counts as accepted and rejected are in seeds and seed_rejects.
-- severity: error
-- A sheet with rows of several countries keeps only those of the run's countries, so there it is an upper bound.
-- A sheet without any row left was replaced by a newer file; its description stays.
WITH accepted AS (SELECT source_id, count(DISTINCT row_number) AS rows_kept FROM seeds GROUP BY source_id),
     rejected AS (SELECT source_id, count(*) AS rows_kept FROM seed_rejects GROUP BY source_id)
SELECT s.file_name, s.sheet, s.rows_accepted, coalesce(a.rows_kept, 0) AS seeds_kept,
       s.rows_rejected, coalesce(r.rows_kept, 0) AS rejects_kept
FROM sources s LEFT JOIN accepted a USING (source_id) LEFT JOIN rejected r USING (source_id)
WHERE (a.rows_kept IS NOT NULL OR r.rows_kept IS NOT NULL)
  AND CASE WHEN s.country_code IS NULL
           THEN coalesce(a.rows_kept, 0) > s.rows_accepted OR coalesce(r.rows_kept, 0) > s.rows_rejected
           ELSE coalesce(a.rows_kept, 0) <> s.rows_accepted OR coalesce(r.rows_kept, 0) <> s.rows_rejected END
