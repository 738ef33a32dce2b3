-- A link is chosen, or says why not.
-- severity: error
SELECT canonical_hostname, url, is_chosen, why_not FROM candidates WHERE is_chosen = (why_not IS NOT NULL)
