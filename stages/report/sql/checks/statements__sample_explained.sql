-- At most 10 URLs are sampled, and fewer have a reason.
-- severity: error
SELECT country_code, canonical_hostname, len(sampled_urls) AS sampled, sample_shortfall_reason
FROM statements
WHERE len(sampled_urls) > 10 OR (len(sampled_urls) < 10) <> (sample_shortfall_reason IS NOT NULL)
