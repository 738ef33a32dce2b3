-- The first 200 changes of a country ($1) that a reader acts on: statements gone or moved, hosts lost, then the rest.
SELECT canonical_hostname, change_type, left(before, 300) AS before, left(after, 300) AS after
FROM changes
WHERE country_code = $1
ORDER BY
  CASE change_type WHEN 'statement_vanished' THEN 1 WHEN 'deactivated' THEN 2 WHEN 'became_stale' THEN 3
       WHEN 'statement_moved' THEN 4 WHEN 'statement_appeared' THEN 5 WHEN 'recovered' THEN 6 ELSE 7 END,
  canonical_hostname, change_type
LIMIT 200
