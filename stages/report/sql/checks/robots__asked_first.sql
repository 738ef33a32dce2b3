-- No page was fetched from an authority whose robots.txt was not asked for.
-- severity: error
WITH made AS (
  SELECT DISTINCT regexp_extract(url, '^https?://[^/?#]+') AS authority
  FROM fetches WHERE outcome = 'ok'
)
SELECT authority FROM made ANTI JOIN robots USING (authority)
