-- Every request that did not end well says why.
-- severity: error
SELECT fetch_id, url, outcome, status_code FROM fetches WHERE outcome <> 'ok' AND reason_code IS NULL
