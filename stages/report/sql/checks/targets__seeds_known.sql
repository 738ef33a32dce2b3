-- Every target is listed by seeds that exist: a trace ends at a sheet and row.
-- severity: error
WITH listed AS (SELECT country_code, canonical_hostname, unnest(sources).seed_id AS seed_id FROM targets)
SELECT country_code, canonical_hostname, NULL AS seed_id FROM targets WHERE len(sources) = 0
UNION ALL
SELECT country_code, canonical_hostname, seed_id FROM listed ANTI JOIN seeds USING (seed_id)
