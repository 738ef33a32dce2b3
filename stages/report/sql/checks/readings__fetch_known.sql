-- Every page that was read was fetched, with the same bytes.
-- severity: error
SELECT canonical_hostname, url, fetch_id, body_sha256 FROM readings ANTI JOIN fetches USING (fetch_id, body_sha256)
