-- Every fetch that a verdict names is in fetches.
-- severity: error
WITH named AS (
  SELECT country_code, canonical_hostname, proof_fetch_id AS fetch_id FROM statements
  UNION ALL
  SELECT country_code, canonical_hostname, entry_fetch_id FROM statements
)
SELECT country_code, canonical_hostname, fetch_id FROM named ANTI JOIN fetches USING (fetch_id) WHERE fetch_id IS NOT NULL
