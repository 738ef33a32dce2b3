-- Of the attempts at one URL of the frontier exactly one stands.
-- severity: error
-- Attempts at http after https failed belong to the same URL of the frontier: its place in host and round tells.
WITH planned AS (SELECT host_id, round, rank, count(*) AS urls FROM frontier GROUP BY host_id, round, rank)
SELECT f.canonical_hostname, f.round, f.rank, count(*) AS attempts, count(*) FILTER (WHERE f.is_final) AS standing,
       coalesce(any_value(p.urls), 1) AS planned
FROM fetches f LEFT JOIN planned p USING (host_id, round, rank)
GROUP BY f.host_id, f.canonical_hostname, f.round, f.rank
HAVING count(*) FILTER (WHERE f.is_final) <> coalesce(any_value(p.urls), 1)
