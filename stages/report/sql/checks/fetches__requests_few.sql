-- No host of a list was asked more than a hundred times in a run.
-- severity: warn
-- Three rounds of at most a dozen URLs, each with two retries, stay below that.
SELECT canonical_hostname, count(*) AS requests
FROM fetches WHERE outcome <> 'refused'
GROUP BY host_id, canonical_hostname HAVING count(*) > 100
