-- Every link that was considered stands on a page that was fetched.
-- severity: error
SELECT canonical_hostname, url, fetch_id FROM candidates ANTI JOIN fetches USING (fetch_id)
