-- A part of the model statement is not both present and absent, and both lists are there or neither.
-- severity: error
SELECT country_code, canonical_hostname, obligations_present, obligations_absent
FROM statements
WHERE list_has_any(obligations_present, obligations_absent) OR (obligations_present IS NULL) <> (obligations_absent IS NULL)
