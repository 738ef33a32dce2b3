-- A sound little month: one Austrian list with three hosts, one of them gone stale, and one row refused.
INSERT INTO sources BY NAME SELECT 'src1' AS source_id, 'AT' AS country_code, 'austria.xlsx' AS file_name, 'f00' AS file_sha256,
  'list' AS sheet, 'official' AS source_type, 'https://lists.example/austria.xlsx' AS source_reference_url, 'plain' AS column_map,
  1 AS header_row, 4 AS rows_total, 3 AS rows_accepted, 1 AS rows_rejected, 0 AS rows_blank;
INSERT INTO seeds BY NAME
  SELECT 'seed' || n AS seed_id, 'src1' AS source_id, 'AT' AS country_code, host AS canonical_hostname, 'list' AS sheet, n + 1 AS row_number,
    [{'column': 'host', 'text': host}] AS raw, [] AS repairs
  FROM (VALUES (1, 'a.example.at'), (2, 'b.example.at'), (3, 'c.example.at')) AS t(n, host);
INSERT INTO seed_rejects BY NAME SELECT 'src1' AS source_id, 'AT' AS country_code, 'list' AS sheet, 5 AS row_number, 'host_missing' AS reason_code, '' AS raw_text;
INSERT INTO targets BY NAME
  SELECT 'host' || right(seed_id, 1) AS host_id, country_code, canonical_hostname, ['www.' || canonical_hostname] AS host_aliases, 'example.at' AS registrable_domain,
    'https://' || canonical_hostname || '/' AS entry_url, true AS is_in_scope, 'listed' AS scope_rule,
    [{'source_id': source_id, 'seed_id': seed_id, 'sheet': sheet, 'row_number': row_number}] AS sources, 1 AS seed_count, 0 AS previous_unreachable_streak
  FROM seeds;
INSERT INTO frontier BY NAME
  SELECT host_id, country_code, canonical_hostname, 1 AS round, entry_url AS url, 'entry' AS purpose, 0 AS rank FROM targets;
INSERT INTO frontier BY NAME
  SELECT host_id, country_code, canonical_hostname, 2 AS round, entry_url || 'barrierefreiheit' AS url, 'candidate' AS purpose, 0 AS rank, 'entry1' AS found_in
  FROM targets WHERE host_id = 'host1';
INSERT INTO robots BY NAME
  SELECT rtrim(entry_url, '/') AS authority, if(host_id = 'host3', NULL, 200) AS status_code, if(host_id = 'host3', 'unreachable', 'rules') AS outcome,
    0 AS body_bytes, 0 AS redirect_count, TIMESTAMP '2026-11-01 02:00:00' AS fetched_at
  FROM targets;
INSERT INTO fetches BY NAME
  SELECT if(round = 1, 'entry', 'proof') || right(host_id, 1) AS fetch_id, host_id, country_code, canonical_hostname, round, rank, url, purpose, 1 AS attempt,
    true AS is_final, if(host_id = 'host3', NULL, 200) AS status_code, if(host_id = 'host3', 'refused', 'ok') AS outcome,
    if(host_id = 'host3', 'robots_unreachable', NULL) AS reason_code, [] AS redirect_hops, if(host_id = 'host3', 'unreachable', 'allowed') AS robots_decision,
    TIMESTAMP '2026-11-01 02:00:00' + to_seconds(round) AS started_at, 20 AS duration_ms, if(host_id = 'host3', NULL, 10) AS headers_ms, 0 AS waited_ms,
    100 AS body_bytes, false AS is_truncated, if(host_id = 'host3', NULL, 'body' || round || right(host_id, 1)) AS body_sha256
  FROM frontier;
INSERT INTO bodies BY NAME SELECT DISTINCT body_sha256, 100 AS body_bytes, ''::BLOB AS body FROM fetches WHERE body_sha256 IS NOT NULL;
INSERT INTO candidates BY NAME
  SELECT host_id, country_code, canonical_hostname, 1 AS round, found_in AS fetch_id, url, 'Barrierefreiheit' AS anchor_text, 'footer' AS place, ['barrierefreiheit'] AS terms,
    1.0 AS score, 0 AS rank, false AS is_hub, false AS is_document, true AS is_chosen
  FROM frontier WHERE round = 2;
INSERT INTO readings BY NAME
  SELECT fetch_id, host_id, country_code, canonical_hostname, round, rank, url, body_sha256, if(round = 2, 'statement', 'ordinary') AS page_kind, 'utf-8' AS charset,
    3 AS link_count, 100 AS text_count, [] AS signals, [] AS evidence, [] AS policy_mentions, [] AS reason_codes, [] AS navigation_urls
  FROM fetches WHERE body_sha256 IS NOT NULL;
INSERT INTO statements BY NAME
  SELECT host_id, country_code, canonical_hostname, '2026-11' AS run_month,
    CASE host_id WHEN 'host1' THEN 'found' WHEN 'host2' THEN 'not_found' ELSE 'uncertain' END AS detection_status,
    CASE host_id WHEN 'host1' THEN 'high' WHEN 'host2' THEN 'medium' ELSE 'low' END AS confidence,
    if(host_id = 'host1', entry_url || 'barrierefreiheit', NULL) AS statement_url, if(host_id = 'host1', 'de', NULL) AS detected_language,
    CASE host_id WHEN 'host1' THEN ['statement_read', 'covers_host'] WHEN 'host2' THEN ['no_candidate'] ELSE ['host_unreachable'] END AS reason_codes,
    [] AS evidence, [] AS policy_mentions, if(host_id = 'host1', 'partial', NULL) AS conformance_status, host_id <> 'host3' AS is_reachable, host_id <> 'host3' AS is_read,
    if(host_id = 'host1', 2, 1) AS fetch_count, if(host_id = 'host1', 'proof1', NULL) AS proof_fetch_id, 'entry' || right(host_id, 1) AS entry_fetch_id,
    [] AS sampled_urls, if(host_id = 'host3', 'not_read', 'few_links') AS sample_shortfall_reason
  FROM targets;
INSERT INTO hosts BY NAME
  SELECT host_id, country_code, canonical_hostname, if(host_id = 'host3', 'stale', 'active') AS lifecycle, host_id = 'host3' AS is_stale,
    if(host_id = 'host3', 1, 0) AS unreachable_streak, '2026-10' AS first_seen_month, '2026-11' AS last_seen_month,
    if(host_id = 'host3', '2026-10', '2026-11') AS last_reached_month, if(host_id = 'host3', '2026-10.0', '2026-11.0') AS verdict_snapshot,
    if(host_id = 'host3', 'found', detection_status) AS detection_status, if(host_id = 'host3', 'high', confidence) AS confidence,
    if(host_id = 'host3', 'https://c.example.at/barrierefreiheit', statement_url) AS statement_url, detected_language, conformance_status, policy_mentions, reason_codes, is_read,
    if(host_id = 'host3', 'proof3', proof_fetch_id) AS proof_fetch_id
  FROM statements;
INSERT INTO changes BY NAME
  SELECT host_id, country_code, canonical_hostname, '2026-11' AS run_month, 'became_stale' AS change_type, 'active' AS before, 'stale' AS after FROM hosts WHERE host_id = 'host3';
INSERT INTO scans BY NAME SELECT '2026-11.0-AT' AS scan_id, '2026-11-00000001' AS run_id, 'AT' AS country_code, '2026-11' AS run_month, 'completed' AS status,
  TIMESTAMP '2026-11-01 01:00:00' AS started_at, TIMESTAMP '2026-11-01 03:00:00' AS finished_at, 3 AS host_total, 3 AS host_processed;
INSERT INTO meta_runs BY NAME SELECT '2026-11.0' AS snapshot, run_id, run_month, 'max_rounds' AS name, '3' AS value, finished_at AS recorded_at FROM scans;
INSERT INTO previous.hosts SELECT * FROM hosts;
INSERT INTO previous.statements SELECT * FROM statements;
