-- A refusal that many hosts send word for word is a protection service's page, and known as such.
-- severity: warn
-- The short pages that servers come with are the same everywhere, too, and are no such thing.
SELECT body_sha256, count(DISTINCT canonical_hostname) AS hosts, min(url) AS example
FROM fetches
WHERE status_code IN (401, 403, 429, 503) AND body_bytes >= 2048 AND body_sha256 IS NOT NULL
  AND reason_code <> 'challenge_page'
GROUP BY ALL HAVING hosts >= 5
