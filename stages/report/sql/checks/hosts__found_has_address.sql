-- A host whose statement counts as found has an address, and a proof unless it was only linked.
-- severity: error
-- The proof of a kept verdict lies in the snapshot that verdict_snapshot names.
SELECT country_code, canonical_hostname, lifecycle, confidence, statement_url, proof_fetch_id
FROM hosts
WHERE detection_status = 'found' AND (statement_url IS NULL OR (proof_fetch_id IS NULL AND confidence <> 'low'))
