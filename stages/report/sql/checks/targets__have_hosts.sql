-- Every target is a host, and every host that is not retired is a target.
-- severity: error
SELECT country_code, canonical_hostname, 'no host' AS problem FROM targets ANTI JOIN hosts USING (host_id)
UNION ALL
SELECT country_code, canonical_hostname, 'host is retired' FROM targets SEMI JOIN (SELECT host_id FROM hosts WHERE lifecycle = 'retired') USING (host_id)
UNION ALL
SELECT country_code, canonical_hostname, 'no target' FROM hosts ANTI JOIN targets USING (host_id) WHERE lifecycle <> 'retired'
