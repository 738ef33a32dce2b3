-- The conformance that statements declare (Decision (EU) 2018/1523, annex, section 1).
SELECT coalesce(conformance_status, 'none declared') AS name, count(*) AS count
FROM statements WHERE detection_status = 'found'
GROUP BY name
ORDER BY count DESC, name
