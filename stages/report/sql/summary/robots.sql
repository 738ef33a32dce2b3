-- What robots.txt meant for us, by authority.
SELECT outcome AS name, reason_code AS reason, count(*) AS count
FROM robots
GROUP BY outcome, reason_code
ORDER BY count DESC, name, reason
