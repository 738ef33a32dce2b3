-- A scan ends after it began, and a finished one says when.
-- severity: error
SELECT scan_id, status, started_at, finished_at
FROM scans
WHERE finished_at < started_at OR (status IN ('completed', 'failed')) <> (finished_at IS NOT NULL)
