-- A host gets one request at a time.
-- severity: warn
-- By the host of the URL, which is what a server sees; hops of a redirect are part of their request.
WITH made AS (
  SELECT fetch_id, url, regexp_extract(url, '^https?://([^/?#]+)', 1) AS authority,
         started_at, started_at + to_milliseconds(duration_ms) AS ended_at
  FROM fetches WHERE outcome <> 'refused'
), ordered AS (
  SELECT *, max(ended_at) OVER (PARTITION BY authority ORDER BY started_at, fetch_id
                                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS busy_until
  FROM made
)
SELECT authority, url, started_at, busy_until FROM ordered WHERE started_at < busy_until
