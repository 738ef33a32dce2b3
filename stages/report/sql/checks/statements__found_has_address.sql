-- A statement that was found has an address, and a proof unless it was only linked.
-- severity: error
-- Found with low confidence means a link whose target could not be read: its proof is the candidate, see the next check.
SELECT country_code, canonical_hostname, confidence, statement_url, proof_fetch_id
FROM statements
WHERE detection_status = 'found' AND (statement_url IS NULL OR (proof_fetch_id IS NULL AND confidence <> 'low'))
