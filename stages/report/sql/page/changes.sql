-- The first 200 changes that a reader acts on: statements gone or moved, hosts lost, then the rest.
SELECT country_code, canonical_hostname, change_type, left(before, 300) AS before, left(after, 300) AS after
FROM changes
ORDER BY
  CASE change_type WHEN 'statement_vanished' THEN 1 WHEN 'deactivated' THEN 2 WHEN 'became_stale' THEN 3
       WHEN 'statement_moved' THEN 4 WHEN 'statement_appeared' THEN 5 WHEN 'recovered' THEN 6 ELSE 7 END,
  country_code, canonical_hostname, change_type
LIMIT 200
