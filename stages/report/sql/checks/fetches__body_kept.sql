-- Every body that a fetch of this run names is kept.
-- severity: error
-- Only of this run: bodies of carried countries lie with their own snapshot. Bodies have a retention of their own: where none is
-- left the question cannot be asked.
WITH of_run AS (SELECT country_code FROM scans WHERE run_id IN (SELECT run_id FROM meta_runs))
SELECT fetch_id, url, body_sha256
FROM fetches SEMI JOIN of_run USING (country_code) ANTI JOIN bodies USING (body_sha256)
WHERE body_sha256 IS NOT NULL AND EXISTS (FROM bodies)
