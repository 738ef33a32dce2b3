-- How requests ended: outcome and reason of the attempt that stands.
SELECT outcome AS name, reason_code AS reason, count(*) AS count
FROM fetches WHERE is_final
GROUP BY outcome, reason_code
ORDER BY count DESC, name, reason
