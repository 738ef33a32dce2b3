-- Requests made, retries among them, bytes read, and how long an answer took.
SELECT
  count(*) FILTER (WHERE outcome <> 'refused') AS made,
  count(*) FILTER (WHERE outcome = 'refused') AS refused,
  count(*) FILTER (WHERE attempt > 1) AS retries,
  coalesce(sum(body_bytes), 0)::BIGINT AS body_bytes,
  coalesce(quantile_disc(duration_ms, 0.5) FILTER (WHERE outcome = 'ok'), 0) AS median_ms,
  coalesce(quantile_disc(duration_ms, 0.95) FILTER (WHERE outcome = 'ok'), 0) AS p95_ms,
  quantile_disc(queue_wait_ms, 0.95) AS queue_wait_p95_ms
FROM fetches
