-- No host of the last snapshot has disappeared.
-- severity: error
SELECT country_code, canonical_hostname, lifecycle FROM previous.hosts ANTI JOIN hosts USING (host_id)
