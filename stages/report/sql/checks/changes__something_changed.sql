-- Before and after differ.
-- severity: error
SELECT country_code, canonical_hostname, change_type, before FROM changes WHERE before = after
