-- The verdict of an active host is this run's.
-- severity: error
SELECT h.country_code, h.canonical_hostname, h.detection_status, s.detection_status AS this_run,
       h.statement_url, s.statement_url AS this_run_url
FROM hosts h JOIN statements s USING (host_id)
WHERE h.lifecycle = 'active' AND NOT h.is_stale
  AND (h.detection_status <> s.detection_status OR h.statement_url IS DISTINCT FROM s.statement_url)
