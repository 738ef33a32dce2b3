-- A completed scan has a verdict for each of its hosts.
-- severity: error
SELECT scan_id, status, host_total, host_processed FROM scans WHERE status = 'completed' AND host_processed <> host_total
