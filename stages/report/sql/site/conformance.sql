-- The conformance that statements declare (Decision (EU) 2018/1523, annex, section 1).
SELECT country_code, coalesce(conformance_status, 'none_declared') AS name, count(*) AS count
FROM statements
WHERE detection_status = 'found'
GROUP BY GROUPING SETS ((country_code, name), (name))
ORDER BY country_code NULLS FIRST, count DESC, name
