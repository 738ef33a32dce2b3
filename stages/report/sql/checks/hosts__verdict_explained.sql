-- The verdict that stands names its reasons, and a kept one the earlier snapshot it was taken in.
-- severity: error
SELECT country_code, canonical_hostname, is_stale, verdict_snapshot, reason_codes
FROM hosts
WHERE len(reason_codes) = 0 OR (is_stale AND verdict_snapshot IN (SELECT snapshot FROM meta_runs))
