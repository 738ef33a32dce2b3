-- Every statement row belongs to a target.
-- severity: error
SELECT country_code, canonical_hostname FROM statements ANTI JOIN targets USING (host_id)
