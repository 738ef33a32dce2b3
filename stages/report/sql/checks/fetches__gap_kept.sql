-- Between two requests to a host lies the pause it was promised.
-- severity: error
-- A request ends no sooner than its exchanges took, so the pause seen here is never shorter than the real one. Only requests
-- whose first hop was sent count. Both ends are cut to milliseconds or finer: one millisecond of doubt.
WITH made AS (
  SELECT fetch_id, url, gap_ms, started_at, regexp_extract(url, '^https?://([^/?#:]+)', 1) AS hostname,
         started_at + to_milliseconds(CASE WHEN len(redirect_hops) = 0 THEN duration_ms ELSE 0 END) AS ended_at
  FROM fetches WHERE gap_ms IS NOT NULL
), ordered AS (
  SELECT *, lag(ended_at) OVER (PARTITION BY hostname ORDER BY started_at, fetch_id) AS last_ended_at FROM made
)
SELECT hostname, url, gap_ms, last_ended_at, started_at
FROM ordered WHERE started_at + INTERVAL 1 MILLISECOND < last_ended_at + to_milliseconds(gap_ms)
