-- Every target has exactly one statement row.
-- severity: error
SELECT t.country_code, t.canonical_hostname, count(s.host_id) AS verdicts
FROM targets t LEFT JOIN statements s USING (host_id)
GROUP BY t.host_id, t.country_code, t.canonical_hostname
HAVING count(s.host_id) <> 1
