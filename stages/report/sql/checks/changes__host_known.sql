-- Every change is about a host that is known.
-- severity: error
SELECT country_code, canonical_hostname, change_type FROM changes ANTI JOIN hosts USING (host_id)
