-- What the run was set to, and by which rules the verdicts were taken.
SELECT name, value FROM meta_runs WHERE value <> ''
UNION ALL
SELECT DISTINCT 'rubric_version', rubric_version FROM statements WHERE rubric_version IS NOT NULL
UNION ALL
SELECT DISTINCT 'glossary_version of verdicts', glossary_version FROM statements WHERE glossary_version IS NOT NULL
ORDER BY name, value
