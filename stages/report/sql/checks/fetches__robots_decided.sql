-- Every request that was answered was allowed by robots.txt.
-- severity: error
-- Answers of redirects that led to a refused address have a status as well; they are told by the outcome.
SELECT fetch_id, url, outcome, robots_decision
FROM fetches
WHERE outcome IN ('ok', 'http_error', 'redirect_error') AND robots_decision <> 'allowed'
