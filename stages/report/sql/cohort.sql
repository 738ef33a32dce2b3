-- The websites that both snapshots list, and apart from them those that came and went; country_code NULL is all together.
-- A renamed website is one. Where several go by one new name, its history is its own, or else that of the first one.
WITH renamed AS (
  SELECT old.host_id, new.host_id AS new_id
  FROM hosts old JOIN hosts new ON old.country_code = new.country_code AND old.successor_hostname = new.canonical_hostname
),
listed AS (
  SELECT true AS is_now, h.host_id, h.host_id AS name_id, h.country_code, h.canonical_hostname, h.detection_status = 'found' AS is_found_standing,
    coalesce(t.is_in_scope, false) AND (s.detection_status = 'found' OR coalesce(s.is_read, false)
      AND NOT list_has_any(s.reason_codes, ['block_page', 'script_only', 'unreadable', 'out_of_scope'])) AS is_judged,
    coalesce(s.detection_status = 'found', false) AS is_found
  FROM hosts h LEFT JOIN targets t USING (host_id) LEFT JOIN statements s USING (host_id)
  WHERE h.lifecycle <> 'retired'
  UNION ALL
  SELECT false, h.host_id, coalesce(r.new_id, h.host_id), h.country_code, h.canonical_hostname, h.detection_status = 'found',
    coalesce(t.is_in_scope, false) AND (s.detection_status = 'found' OR coalesce(s.is_read, false)
      AND NOT list_has_any(s.reason_codes, ['block_page', 'script_only', 'unreadable', 'out_of_scope'])),
    coalesce(s.detection_status = 'found', false)
  FROM previous.hosts h LEFT JOIN previous.targets t USING (host_id) LEFT JOIN previous.statements s USING (host_id)
    LEFT JOIN renamed r USING (host_id)
  WHERE h.lifecycle <> 'retired'
),
one_host AS (
  SELECT *, row_number() OVER (PARTITION BY is_now, name_id ORDER BY host_id = name_id DESC, canonical_hostname) = 1 AS is_first
  FROM listed
),
paired AS (
  SELECT
    coalesce(n.country_code, b.country_code) AS country_code, n.host_id IS NOT NULL AS is_listed, b.host_id IS NOT NULL AS was_listed,
    coalesce(n.is_found_standing, false) AS is_found_standing, coalesce(b.is_found_standing, false) AS was_found_standing,
    coalesce(n.is_judged, false) AS is_judged, coalesce(b.is_judged, false) AS was_judged,
    coalesce(n.is_judged AND n.is_found, false) AS is_found, coalesce(b.is_judged AND b.is_found, false) AS was_found
  FROM (FROM one_host WHERE is_now) n
    FULL JOIN (SELECT *, if(is_first, name_id, host_id) AS pair_id FROM one_host WHERE NOT is_now) b ON n.host_id = b.pair_id
)
SELECT
  country_code,
  count(*) FILTER (WHERE was_listed) AS hosts_from,
  count(*) FILTER (WHERE is_listed) AS hosts_to,
  count(*) FILTER (WHERE is_listed AND was_listed) AS hosts_common,
  count(*) FILTER (WHERE is_listed AND NOT was_listed) AS hosts_added,
  count(*) FILTER (WHERE was_listed AND NOT is_listed) AS hosts_removed,
  count(*) FILTER (WHERE is_listed AND was_listed AND was_found_standing) AS found_from,
  count(*) FILTER (WHERE is_listed AND was_listed AND is_found_standing) AS found_to,
  count(*) FILTER (WHERE is_judged AND was_judged) AS both_times,
  count(*) FILTER (WHERE is_judged AND was_judged AND was_found) AS found_before,
  count(*) FILTER (WHERE is_judged AND was_judged AND is_found) AS found_now,
  count(*) FILTER (WHERE is_judged AND was_judged AND is_found AND NOT was_found) AS gained,
  count(*) FILTER (WHERE is_judged AND was_judged AND was_found AND NOT is_found) AS lost,
  count(*) FILTER (WHERE is_listed AND NOT was_listed AND is_judged) AS added_judged,
  count(*) FILTER (WHERE is_listed AND NOT was_listed AND is_found) AS added_found,
  count(*) FILTER (WHERE was_listed AND NOT is_listed AND was_found) AS removed_found,
  count(*) FILTER (WHERE is_listed AND was_listed AND is_judged AND NOT was_judged) AS newly_judged,
  count(*) FILTER (WHERE is_listed AND was_listed AND was_judged AND NOT is_judged) AS no_longer_judged
FROM paired
GROUP BY GROUPING SETS ((country_code), ())
ORDER BY country_code NULLS FIRST
