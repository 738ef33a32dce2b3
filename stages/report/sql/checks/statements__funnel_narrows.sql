-- What was read was reached, and what was reached was asked.
-- severity: error
SELECT country_code, canonical_hostname, is_read, is_reachable, fetch_count
FROM statements
WHERE (is_read AND NOT is_reachable) OR (is_reachable AND fetch_count = 0) OR fetch_count < 0
