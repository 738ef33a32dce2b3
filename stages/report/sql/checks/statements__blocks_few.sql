-- No country blocks us on more than a fifth of its websites.
-- severity: warn
-- Of 20 websites reached or more. Where a whole government's protection service keeps us out, its shares say nothing.
SELECT country_code, count(*) AS reached, count(*) FILTER (WHERE list_has_any(reason_codes, ['block_page', 'challenge_page'])) AS blocked
FROM statements WHERE is_reachable
GROUP BY country_code HAVING reached >= 20 AND blocked > 0.2 * reached
