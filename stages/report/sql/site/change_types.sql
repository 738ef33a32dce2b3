-- What changed since the last snapshot, by type.
SELECT country_code, change_type AS name, count(*) AS count
FROM changes
GROUP BY GROUPING SETS ((country_code, change_type), (change_type))
ORDER BY country_code NULLS FIRST, count DESC, name
