-- The waits by cause add up to the wait owed to the host.
-- severity: error
-- Each is cut to milliseconds on its own, so up to three may be missing.
SELECT fetch_id, url, waited_ms, gap_wait_ms, backoff_wait_ms, retry_after_wait_ms, queue_wait_ms
FROM fetches
WHERE waited_ms - gap_wait_ms - backoff_wait_ms - retry_after_wait_ms NOT BETWEEN 0 AND 3 OR queue_wait_ms < 0
