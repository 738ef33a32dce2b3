-- No country reads more than 5 % fewer hosts than in the last snapshot.
-- severity: warn
-- From 20 hosts on: below that one host is more than 5 %. Losses of five hosts or more need a reason: hosts__coverage_kept.
WITH before AS (SELECT country_code, count(*) AS hosts_read FROM previous.statements WHERE is_read GROUP BY country_code),
     now AS (SELECT country_code, count(*) AS hosts_read FROM statements WHERE is_read GROUP BY country_code)
SELECT country_code, b.hosts_read AS before, coalesce(n.hosts_read, 0) AS now
FROM before b LEFT JOIN now n USING (country_code)
WHERE b.hosts_read >= 20 AND coalesce(n.hosts_read, 0) < 0.95 * b.hosts_read
