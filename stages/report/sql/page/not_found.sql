-- The first 200 hosts that were read and show no statement, surest first.
SELECT s.country_code, s.canonical_hostname, s.confidence, array_to_string(s.reason_codes, ', ') AS reasons,
       src.file_name, t.sources[1].sheet AS sheet, t.sources[1].row_number AS row_number
FROM statements s JOIN targets t USING (host_id) LEFT JOIN sources src ON src.source_id = t.sources[1].source_id
WHERE s.detection_status = 'not_found' AND t.is_in_scope
ORDER BY CASE s.confidence WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END, s.country_code, s.canonical_hostname
LIMIT 200
