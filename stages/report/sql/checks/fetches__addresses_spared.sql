-- No address had more requests at once than the run allows it, however many sites share it.
-- severity: error
-- By the last address of requests without redirects. The simulated web is all on one address and does not count.
WITH made AS (
  SELECT remote_address, started_at, started_at + to_milliseconds(duration_ms) AS ended_at
  FROM fetches
  WHERE len(redirect_hops) = 0 AND remote_address IS NOT NULL AND NOT starts_with(remote_address, '127.')
), steps AS (
  SELECT remote_address, started_at AS moment, 1 AS step FROM made
  UNION ALL SELECT remote_address, ended_at, -1 FROM made
), running AS (
  SELECT remote_address, moment,
         sum(step) OVER (PARTITION BY remote_address ORDER BY moment, step ROWS UNBOUNDED PRECEDING) AS at_once
  FROM steps
)
SELECT remote_address, max(at_once) AS most_at_once FROM running GROUP BY ALL 
HAVING most_at_once > coalesce((SELECT max(value::BIGINT) FROM meta_runs WHERE name = 'per_address'), 4)
