-- Every host that was accepted is a target, under its own name or as an alias.
-- severity: error
WITH names AS (
  SELECT country_code, canonical_hostname FROM targets
  UNION
  SELECT country_code, unnest(host_aliases) FROM targets
)
SELECT country_code, canonical_hostname, sheet, row_number FROM seeds ANTI JOIN names USING (country_code, canonical_hostname)
