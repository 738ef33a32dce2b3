-- Durations are not negative, and headers come before the end.
-- severity: error
SELECT fetch_id, url, duration_ms, headers_ms, waited_ms
FROM fetches
WHERE duration_ms < 0 OR waited_ms < 0 OR headers_ms NOT BETWEEN 0 AND duration_ms
