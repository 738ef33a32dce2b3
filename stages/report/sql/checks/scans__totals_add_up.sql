-- A scan counts the websites that were to be visited in its country.
-- severity: error
WITH visited AS (SELECT country_code, count(*) AS targets FROM targets GROUP BY country_code)
SELECT scan_id, country_code, host_total, coalesce(targets, 0) AS targets
FROM scans LEFT JOIN visited USING (country_code)
WHERE host_total <> coalesce(targets, 0)
