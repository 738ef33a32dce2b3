-- Why verdicts are what they are; a verdict can have several reasons.
SELECT detection_status AS name, reason, count(*) AS count
FROM (SELECT detection_status, unnest(reason_codes) AS reason FROM statements)
GROUP BY detection_status, reason
ORDER BY name, count DESC, reason
