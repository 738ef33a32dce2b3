-- Every known website of a country ($1), worst first: read without a statement, then what keeps us from judging, then what ails the statements found.
SELECT
  h.canonical_hostname AS host,
  CASE
    WHEN NOT coalesce(t.is_in_scope, false) THEN 9
    WHEN s.detection_status = 'not_found' THEN if(s.confidence = 'high', 1, 2)
    WHEN s.detection_status = 'uncertain' AND s.is_read THEN 3
    WHEN s.detection_status IS DISTINCT FROM 'found' THEN 4
    WHEN s.conformance_status = 'non' OR s.is_review_overdue OR len(s.obligations_absent) > 0 THEN if(s.confidence = 'low', 5, 6)
    WHEN s.confidence <> 'high' THEN 5
    ELSE 8 END AS rank,
  coalesce(t.is_in_scope, false) AS is_in_scope,
  h.lifecycle, h.is_stale,
  coalesce(s.detection_status, h.detection_status) AS status,
  coalesce(s.confidence, h.confidence) AS confidence,
  coalesce(s.reason_codes, h.reason_codes) AS reasons,
  left(coalesce(s.statement_url, h.statement_url), 2000) AS statement_url,
  coalesce(s.detected_language, h.detected_language) AS language,
  coalesce(s.conformance_status, h.conformance_status) AS conformance,
  s.age_days, coalesce(s.is_review_overdue, false) AS is_overdue,
  coalesce(s.obligations_absent, []) AS absent,
  proof.url IS NOT NULL AS has_proof,
  coalesce(proof.started_at, entry.started_at)::VARCHAR AS asked_at,
  coalesce(proof.status_code, entry.status_code) AS status_code,
  left(coalesce(proof.body_sha256, entry.body_sha256), 12) AS body,
  h.verdict_snapshot,
  src.file_name AS file, t.sources[1].sheet AS sheet, t.sources[1].row_number AS row
FROM hosts h
LEFT JOIN targets t USING (host_id)
LEFT JOIN statements s USING (host_id)
LEFT JOIN fetches entry ON entry.fetch_id = s.entry_fetch_id
LEFT JOIN fetches proof ON proof.fetch_id = s.proof_fetch_id
LEFT JOIN sources src ON src.source_id = t.sources[1].source_id
WHERE h.country_code = $1 AND h.lifecycle <> 'retired'
  AND (t.country_code = $1 OR t.country_code IS NULL) AND (s.country_code = $1 OR s.country_code IS NULL)
ORDER BY rank, h.canonical_hostname
