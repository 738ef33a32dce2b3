-- Every request was made for a website on the list.
-- severity: error
SELECT fetch_id, country_code, canonical_hostname, url FROM fetches ANTI JOIN targets USING (host_id)
