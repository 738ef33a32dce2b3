-- Every country of the snapshot has a scan, and every scan completed or says what went wrong.
-- severity: error
SELECT country_code, status, error_summary FROM scans
WHERE status IN ('queued', 'running') OR (status = 'failed' AND error_summary IS NULL)
UNION ALL
SELECT DISTINCT country_code, 'no scan', NULL FROM targets ANTI JOIN scans USING (country_code)
