-- Every URL that was found on a page names a fetch that exists.
-- severity: error
SELECT f.canonical_hostname, f.round, f.url, f.found_in
FROM frontier f ANTI JOIN fetches ON f.found_in = fetches.fetch_id
WHERE f.found_in IS NOT NULL
