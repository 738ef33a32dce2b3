-- A statement that was found without being read is a link that was considered and chosen.
-- severity: error
SELECT s.country_code, s.canonical_hostname, s.confidence, s.statement_url
FROM statements s ANTI JOIN candidates c ON c.host_id = s.host_id AND c.url = s.statement_url AND c.is_chosen
WHERE s.detection_status = 'found' AND s.statement_url IS NOT NULL AND s.proof_fetch_id IS NULL
