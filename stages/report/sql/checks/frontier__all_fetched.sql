-- Every URL of a round was asked for or refused.
-- severity: error
SELECT canonical_hostname, round, url, purpose FROM frontier ANTI JOIN fetches USING (host_id, round, url)
