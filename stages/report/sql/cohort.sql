-- The websites that could be judged in both snapshots, and apart from them those that came and went; country_code NULL is all together.
WITH one_host AS (
  SELECT true AS is_now, host_id, h.country_code, h.lifecycle <> 'retired' AS is_known,
    coalesce(t.is_in_scope, false) AND h.lifecycle <> 'retired' AND (s.detection_status = 'found' OR coalesce(s.is_read, false)
      AND NOT list_has_any(s.reason_codes, ['block_page', 'script_only', 'unreadable', 'out_of_scope'])) AS is_judged,
    coalesce(s.detection_status = 'found', false) AS is_found
  FROM hosts h LEFT JOIN targets t USING (host_id) LEFT JOIN statements s USING (host_id)
  UNION ALL
  SELECT false, host_id, h.country_code, h.lifecycle <> 'retired',
    coalesce(t.is_in_scope, false) AND h.lifecycle <> 'retired' AND (s.detection_status = 'found' OR coalesce(s.is_read, false)
      AND NOT list_has_any(s.reason_codes, ['block_page', 'script_only', 'unreadable', 'out_of_scope'])),
    coalesce(s.detection_status = 'found', false)
  FROM previous.hosts h LEFT JOIN previous.targets t USING (host_id) LEFT JOIN previous.statements s USING (host_id)
),
paired AS (
  SELECT
    coalesce(n.country_code, b.country_code) AS country_code,
    coalesce(n.is_known, false) AS is_known, coalesce(b.is_known, false) AS was_known,
    coalesce(n.is_judged, false) AS is_judged, coalesce(b.is_judged, false) AS was_judged,
    coalesce(n.is_judged AND n.is_found, false) AS is_found, coalesce(b.is_judged AND b.is_found, false) AS was_found
  FROM (FROM one_host WHERE is_now) n FULL JOIN (FROM one_host WHERE NOT is_now) b USING (host_id)
)
SELECT
  country_code,
  count(*) FILTER (WHERE is_judged AND was_judged) AS both_times,
  count(*) FILTER (WHERE is_judged AND was_judged AND was_found) AS found_before,
  count(*) FILTER (WHERE is_judged AND was_judged AND is_found) AS found_now,
  count(*) FILTER (WHERE is_judged AND was_judged AND is_found AND NOT was_found) AS gained,
  count(*) FILTER (WHERE is_judged AND was_judged AND was_found AND NOT is_found) AS lost,
  count(*) FILTER (WHERE is_known AND NOT was_known) AS added,
  count(*) FILTER (WHERE is_known AND NOT was_known AND is_judged) AS added_judged,
  count(*) FILTER (WHERE is_known AND NOT was_known AND is_found) AS added_found,
  count(*) FILTER (WHERE was_known AND NOT is_known) AS removed,
  count(*) FILTER (WHERE was_known AND NOT is_known AND was_found) AS removed_found,
  count(*) FILTER (WHERE is_known AND was_known AND is_judged AND NOT was_judged) AS newly_judged,
  count(*) FILTER (WHERE is_known AND was_known AND was_judged AND NOT is_judged) AS no_longer_judged
FROM paired
GROUP BY GROUPING SETS ((country_code), ())
ORDER BY country_code NULLS FIRST
