-- Known websites about which nothing can be claimed this month, by the reason that weighs most.
SELECT
  h.country_code,
  CASE
    WHEN NOT t.is_in_scope THEN 'out_of_scope'
    WHEN s.host_id IS NULL THEN 'not_visited'
    WHEN list_has_any(s.reason_codes, ['robots_disallowed', 'robots_unreachable', 'robots_too_costly', 'opted_out']) THEN 'robots'
    WHEN list_contains(s.reason_codes, 'block_page') THEN 'block_page'
    WHEN list_contains(s.reason_codes, 'script_only') THEN 'script_only'
    WHEN list_contains(s.reason_codes, 'host_unreachable') THEN 'host_unreachable'
    ELSE 'unreadable' END AS name,
  count(*) AS count
FROM hosts h JOIN targets t USING (host_id) LEFT JOIN statements s USING (host_id)
WHERE h.lifecycle <> 'retired'
  AND NOT (t.is_in_scope AND coalesce(s.detection_status = 'found' OR s.is_read
    AND NOT list_has_any(s.reason_codes, ['block_page', 'script_only', 'unreadable', 'out_of_scope']), false))
GROUP BY GROUPING SETS ((h.country_code, name), (name))
ORDER BY h.country_code NULLS FIRST, count DESC, name
