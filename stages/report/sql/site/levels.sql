-- Websites by level of government, as the lists state it: a row that names a region, province or town is regional or local.
WITH stated AS (
  SELECT t.host_id, bool_or(d.subnational IS NOT NULL) AS is_subnational
  FROM (SELECT host_id, unnest(sources).seed_id AS seed_id FROM targets) t JOIN seeds d USING (seed_id)
  GROUP BY t.host_id
)
SELECT
  h.country_code,
  if(coalesce(stated.is_subnational, false), 'regional_or_local', 'national_or_not_stated') AS name,
  count(*) AS known,
  count(*) FILTER (WHERE s.is_read) AS "read",
  count(*) FILTER (WHERE s.detection_status = 'found' OR s.is_read
    AND NOT list_has_any(s.reason_codes, ['block_page', 'script_only', 'unreadable', 'out_of_scope'])) AS judged,
  count(*) FILTER (WHERE s.detection_status = 'found') AS found
FROM hosts h JOIN targets t USING (host_id) LEFT JOIN stated USING (host_id) LEFT JOIN statements s USING (host_id)
WHERE h.lifecycle <> 'retired' AND t.is_in_scope
GROUP BY GROUPING SETS ((h.country_code, name), (name))
ORDER BY h.country_code NULLS FIRST, name
