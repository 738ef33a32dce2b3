-- What robots.txt forbade, or what was not known to be allowed, was not fetched.
-- severity: error
-- A redirect that leads to a forbidden address is followed no further; its own status stays. Where not even robots.txt could be
-- connected to, the request counts as a network error.
SELECT fetch_id, url, robots_decision, outcome, status_code
FROM fetches
WHERE robots_decision IN ('disallowed', 'unreachable')
  AND (outcome NOT IN ('refused', 'network_error') OR body_sha256 IS NOT NULL OR status_code BETWEEN 200 AND 299)
