-- From the hosts known to the statements found, for all countries together (country_code NULL) and for each.
WITH one_host AS (
  SELECT
    h.country_code,
    h.lifecycle,
    coalesce(t.is_in_scope, false) AND h.lifecycle <> 'retired' AS is_in_scope,
    coalesce(s.fetch_count, 0) > 0 AS is_attempted,
    coalesce(s.is_reachable, false) AS is_reachable,
    coalesce(s.is_read, false) AS is_read,
    -- Where only a block page or a script shell came back, nobody can say whether there is a statement.
    s.detection_status = 'found' OR coalesce(s.is_read, false)
      AND NOT list_has_any(s.reason_codes, ['block_page', 'script_only', 'unreadable', 'out_of_scope']) AS is_eligible,
    s.detection_status AS this_run,
    s.confidence,
    h.detection_status AS standing,
    h.is_stale
  FROM hosts h LEFT JOIN targets t USING (host_id) LEFT JOIN statements s USING (host_id)
)
SELECT
  country_code,
  count(*) FILTER (WHERE lifecycle <> 'retired') AS known,
  count(*) FILTER (WHERE is_in_scope) AS in_scope,
  count(*) FILTER (WHERE is_in_scope AND is_attempted) AS attempted,
  count(*) FILTER (WHERE is_in_scope AND is_reachable) AS reachable,
  count(*) FILTER (WHERE is_in_scope AND is_read) AS "read",
  count(*) FILTER (WHERE is_in_scope AND is_eligible) AS eligible,
  count(*) FILTER (WHERE is_in_scope AND this_run = 'found') AS found,
  count(*) FILTER (WHERE is_in_scope AND this_run = 'not_found') AS not_found,
  count(*) FILTER (WHERE is_in_scope AND this_run = 'uncertain') AS uncertain,
  count(*) FILTER (WHERE is_in_scope AND this_run = 'found' AND confidence = 'high') AS found_high,
  count(*) FILTER (WHERE is_in_scope AND this_run = 'found' AND confidence = 'medium') AS found_medium,
  count(*) FILTER (WHERE is_in_scope AND this_run = 'found' AND confidence = 'low') AS found_low,
  count(*) FILTER (WHERE lifecycle <> 'retired' AND standing = 'found') AS standing_found,
  count(*) FILTER (WHERE lifecycle <> 'retired' AND standing = 'found' AND is_stale) AS standing_found_stale,
  count(*) FILTER (WHERE lifecycle = 'active') AS active,
  count(*) FILTER (WHERE lifecycle = 'stale') AS stale,
  count(*) FILTER (WHERE lifecycle = 'inactive') AS inactive,
  count(*) FILTER (WHERE lifecycle = 'retired') AS retired
FROM one_host
GROUP BY GROUPING SETS ((country_code), ())
ORDER BY country_code NULLS FIRST
