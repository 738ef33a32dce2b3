-- Languages of the statements found.
SELECT country_code, coalesce(detected_language, 'not_known') AS name, count(*) AS count
FROM statements
WHERE detection_status = 'found'
GROUP BY GROUPING SETS ((country_code, name), (name))
ORDER BY country_code NULLS FIRST, count DESC, name
