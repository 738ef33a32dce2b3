-- A statement found with high or medium confidence was read, not only linked.
-- severity: error
SELECT country_code, canonical_hostname, confidence, proof_fetch_id
FROM statements ANTI JOIN readings ON statements.proof_fetch_id = readings.fetch_id
WHERE detection_status = 'found' AND confidence IN ('high', 'medium')
