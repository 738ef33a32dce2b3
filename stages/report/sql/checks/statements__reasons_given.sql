-- Every verdict says why.
-- severity: error
SELECT country_code, canonical_hostname, detection_status FROM statements WHERE len(reason_codes) = 0
