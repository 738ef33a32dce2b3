-- Known, attempted and read hosts are not 5 % fewer than in the last snapshot, in all, in a country or in a language, unless the run gives a reason.
-- severity: error
-- Of hosts that were read, five or more: fewer come and go each month. The language is that of a page that was read. The reason is the run's `--coverage-reason`, kept in meta_runs.
WITH visited AS (
    SELECT false AS is_now, country_code, detected_language, fetch_count > 0 AS is_attempted, is_read FROM previous.statements
    UNION ALL
    SELECT true, country_code, detected_language, fetch_count > 0, is_read FROM statements
),
counted AS (
    SELECT is_now, country_code, detected_language, grouping(country_code, detected_language) AS level,
        count(*) AS known, count(*) FILTER (WHERE is_attempted) AS attempted, count(*) FILTER (WHERE is_read) AS read
    FROM visited
    GROUP BY GROUPING SETS ((is_now), (is_now, country_code), (is_now, detected_language))
),
measured AS (UNPIVOT counted ON known, attempted, read INTO NAME measure VALUE hosts)
SELECT b.measure, b.country_code, b.detected_language, b.hosts AS before, coalesce(n.hosts, 0) AS now
FROM (FROM measured WHERE NOT is_now) b
LEFT JOIN (FROM measured WHERE is_now) n
    ON b.measure = n.measure AND b.level = n.level
    AND b.country_code IS NOT DISTINCT FROM n.country_code AND b.detected_language IS NOT DISTINCT FROM n.detected_language
WHERE coalesce(n.hosts, 0) < 0.95 * b.hosts AND (b.measure <> 'read' OR b.hosts - coalesce(n.hosts, 0) >= 5)
    AND (b.level <> 2 OR b.measure = 'read' AND b.detected_language IS NOT NULL)
    AND NOT EXISTS (FROM meta_runs WHERE name = 'coverage_reason' AND trim(value) <> '')
