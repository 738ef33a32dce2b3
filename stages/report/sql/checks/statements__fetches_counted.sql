-- The fetches a verdict counts are in fetches.
-- severity: error
WITH made AS (SELECT host_id, count(*) AS fetch_count FROM fetches GROUP BY host_id)
SELECT s.country_code, s.canonical_hostname, s.fetch_count, coalesce(m.fetch_count, 0) AS fetches_kept
FROM statements s LEFT JOIN made m USING (host_id)
WHERE s.fetch_count <> coalesce(m.fetch_count, 0)
