-- Languages of the statements found.
SELECT coalesce(detected_language, 'not known') AS name, count(*) AS count
FROM statements WHERE detection_status = 'found'
GROUP BY name
ORDER BY count DESC, name
