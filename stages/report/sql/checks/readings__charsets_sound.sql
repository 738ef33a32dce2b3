-- Pages of a charset do not come out garbled.
-- severity: warn
-- A title with replacement characters was decoded wrongly. Of 20 titles or more; 2 % are broken at their source.
SELECT charset, count(*) AS titles, count(*) FILTER (WHERE contains(title, chr(65533))) AS garbled, min(url) FILTER (WHERE contains(title, chr(65533))) AS example
FROM readings WHERE title IS NOT NULL
GROUP BY charset HAVING titles >= 20 AND garbled > 0.02 * titles
