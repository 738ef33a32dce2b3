-- Hosts that opted out were not asked for anything.
-- severity: error
-- A redirect that leads to such a host is followed no further; its own status stays.
SELECT fetch_id, url, outcome, status_code, robots_decision
FROM fetches
WHERE reason_code = 'opted_out'
  AND (outcome <> 'refused' OR robots_decision <> 'not_asked' OR body_sha256 IS NOT NULL OR status_code BETWEEN 200 AND 299)
