-- The month, and how many countries were scanned in this run with what end; the others' rows were carried over.
WITH scanned AS (SELECT *, run_id IN (SELECT run_id FROM meta_runs) AS is_of_run FROM scans)
SELECT
  coalesce(max(run_month) FILTER (WHERE is_of_run), max(run_month)) AS run_month,
  count(*) FILTER (WHERE is_of_run) AS scans,
  count(*) FILTER (WHERE is_of_run AND status = 'failed') AS scans_failed,
  count(*) FILTER (WHERE NOT is_of_run) AS scans_carried
FROM scanned
