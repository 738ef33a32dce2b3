-- What the statements read hold of the model statement; what is neither present nor absent no machine can decide.
WITH read_statements AS (
  SELECT country_code, obligations_present, obligations_absent FROM statements
  WHERE detection_status = 'found' AND obligations_present IS NOT NULL
),
judged AS (
  SELECT country_code, unnest(obligations_present) AS name, true AS is_present FROM read_statements
  UNION ALL
  SELECT country_code, unnest(obligations_absent), false FROM read_statements
),
total AS (
  SELECT country_code, count(*) AS statements FROM read_statements GROUP BY GROUPING SETS ((country_code), ())
),
counted AS (
  SELECT country_code, name, count(*) FILTER (WHERE is_present) AS present, count(*) FILTER (WHERE NOT is_present) AS absent
  FROM judged GROUP BY GROUPING SETS ((country_code, name), (name))
)
SELECT counted.country_code, counted.name, present, absent, statements
FROM counted JOIN total ON counted.country_code IS NOT DISTINCT FROM total.country_code
ORDER BY counted.country_code NULLS FIRST, present - absent, name
