-- A host was first listed before it was last listed or reached.
-- severity: error
SELECT country_code, canonical_hostname, first_seen_month, last_seen_month, last_reached_month
FROM hosts
WHERE first_seen_month > last_seen_month OR last_reached_month < first_seen_month
