-- How old the statements found were at the visit, by the later of preparation and last review.
SELECT
  country_code,
  CASE WHEN age_days IS NULL THEN 'no_date_read' WHEN age_days <= 366 THEN 'up_to_1_year' WHEN age_days <= 731 THEN '1_to_2_years'
       WHEN age_days <= 1096 THEN '2_to_3_years' ELSE 'more_than_3_years' END AS name,
  count(*) AS count
FROM statements
WHERE detection_status = 'found'
GROUP BY GROUPING SETS ((country_code, name), (name))
ORDER BY country_code NULLS FIRST, min(age_days) NULLS LAST
