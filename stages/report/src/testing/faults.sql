-- fault: sources__rows_add_up
UPDATE sources SET rows_total = 5;
-- fault: sources__rows_are_kept
DELETE FROM seed_rejects;
-- fault: sources__reference_given
UPDATE sources SET source_reference_url = ' ';
-- fault: seeds__source_known
-- also: sources__rows_are_kept
UPDATE seeds SET source_id = 'nowhere' WHERE seed_id = 'seed1';
-- fault: seeds__have_targets
UPDATE seeds SET canonical_hostname = 'lost.example.at' WHERE seed_id = 'seed1';
-- fault: targets__seeds_known
UPDATE targets SET sources = [] WHERE host_id = 'host2';
-- fault: targets__one_verdict
-- also: hosts__coverage_kept
DELETE FROM statements WHERE host_id = 'host3';
-- fault: targets__have_hosts
UPDATE hosts SET lifecycle = 'retired', retired_reason = 'delisted', is_stale = false WHERE host_id = 'host3';
-- fault: statements__target_known
-- also: targets__have_hosts, fetches__target_known, scans__totals_add_up
DELETE FROM targets WHERE host_id = 'host3'; DELETE FROM seeds WHERE seed_id = 'seed3'; UPDATE sources SET rows_total = 3, rows_accepted = 2;
-- fault: statements__found_has_address
-- also: hosts__agree_with_statements
UPDATE statements SET statement_url = NULL WHERE host_id = 'host1';
-- fault: statements__link_is_candidate
UPDATE statements SET proof_fetch_id = NULL, confidence = 'low' WHERE host_id = 'host1'; UPDATE candidates SET is_chosen = false, why_not = 'ranked_lower';
-- fault: statements__proof_exists
-- also: statements__found_was_read
UPDATE statements SET proof_fetch_id = 'made-up' WHERE host_id = 'host1';
-- fault: statements__found_was_read
DELETE FROM readings WHERE fetch_id = 'proof1';
-- fault: statements__sample_explained
UPDATE statements SET sampled_urls = [repeat('x', i::INTEGER) FOR i IN range(11)];
-- fault: statements__sample_explained
UPDATE statements SET sample_shortfall_reason = NULL;
-- fault: statements__reasons_given
UPDATE statements SET reason_codes = [] WHERE host_id = 'host2';
-- fault: statements__funnel_narrows
UPDATE statements SET is_reachable = false WHERE host_id = 'host1';
-- fault: statements__fetches_counted
UPDATE statements SET fetch_count = 7 WHERE host_id = 'host1';
-- fault: hosts__agree_with_statements
UPDATE hosts SET detection_status = 'uncertain' WHERE host_id = 'host2';
-- fault: hosts__found_has_address
UPDATE hosts SET statement_url = NULL WHERE host_id = 'host3';
-- fault: hosts__lifecycle_follows_rules
UPDATE hosts SET unreachable_streak = 2 WHERE host_id = 'host3';
-- fault: hosts__lifecycle_follows_rules
UPDATE hosts SET lifecycle = 'inactive', is_stale = false, retired_reason = 'unreachable_twice' WHERE host_id = 'host3';
-- fault: hosts__months_ordered
UPDATE hosts SET first_seen_month = '2026-12' WHERE host_id = 'host1';
-- fault: hosts__none_forgotten
INSERT INTO previous.hosts BY NAME SELECT * REPLACE ('host9' AS host_id) FROM hosts WHERE host_id = 'host3';
-- fault: statements__reads_kept
-- also: hosts__coverage_kept
INSERT INTO previous.statements BY NAME SELECT s.* REPLACE ('host' || (100 + n) AS host_id) FROM statements s, range(30) t(n) WHERE host_id = 'host1';
-- fault: hosts__coverage_kept
INSERT INTO previous.statements BY NAME SELECT s.* REPLACE ('host' || (100 + n) AS host_id, false AS is_read) FROM statements s, range(30) t(n) WHERE host_id = 'host1';
-- fault: fetches__refused_has_no_answer
-- also: fetches__robots_decided
UPDATE fetches SET robots_decision = 'disallowed' WHERE fetch_id = 'entry2';
-- fault: fetches__refused_has_no_answer
UPDATE fetches SET body_sha256 = 'body11' WHERE fetch_id = 'entry3';
-- fault: fetches__failure_has_reason
UPDATE fetches SET reason_code = NULL WHERE fetch_id = 'entry3';
-- fault: fetches__times_ordered
UPDATE fetches SET headers_ms = 21 WHERE fetch_id = 'entry1';
-- fault: fetches__one_final
UPDATE fetches SET is_final = false WHERE fetch_id = 'entry1';
-- fault: fetches__body_kept
DELETE FROM bodies WHERE body_sha256 = 'body11';
-- fault: fetches__one_at_a_time
UPDATE fetches SET duration_ms = 1001 WHERE fetch_id = 'entry1';
-- fault: robots__asked_first
DELETE FROM robots WHERE authority = 'https://a.example.at';
-- fault: frontier__all_fetched
INSERT INTO frontier BY NAME SELECT * REPLACE (2 AS round) FROM frontier WHERE host_id = 'host2';
-- fault: frontier__found_in_known
UPDATE frontier SET found_in = 'made-up' WHERE round = 2;
-- fault: candidates__fetch_known
UPDATE candidates SET fetch_id = 'made-up';
-- fault: candidates__choice_explained
UPDATE candidates SET is_chosen = false;
-- fault: readings__fetch_known
UPDATE readings SET body_sha256 = 'other' WHERE fetch_id = 'entry1';
-- fault: changes__host_known
UPDATE changes SET host_id = 'host9';
-- fault: changes__something_changed
UPDATE changes SET after = before;
-- fault: scans__times_ordered
UPDATE scans SET finished_at = NULL;
-- fault: scans__all_processed
UPDATE scans SET host_processed = 2;
-- fault: scans__all_completed
DELETE FROM scans;
-- fault: hosts__key_unique
INSERT INTO hosts SELECT * FROM hosts WHERE host_id = 'host1';
-- fault: hosts__codes_known
UPDATE hosts SET confidence = 'very' WHERE host_id = 'host3';
-- fault: statements__codes_known
UPDATE statements SET reason_codes = ['no_candidate', 'because'] WHERE host_id = 'host2';
-- fault: fetches__gap_kept
UPDATE fetches SET gap_ms = 2000 WHERE host_id = 'host1';
-- fault: fetches__opt_outs_kept
UPDATE fetches SET reason_code = 'opted_out' WHERE fetch_id = 'entry2';
-- fault: fetches__robots_decided
UPDATE fetches SET robots_decision = 'not_asked' WHERE fetch_id = 'entry2';
-- fault: fetches__waits_add_up
UPDATE fetches SET waited_ms = 500, gap_wait_ms = 0, backoff_wait_ms = 0, retry_after_wait_ms = 0, queue_wait_ms = 0 WHERE fetch_id = 'entry2';
-- fault: fetches__requests_few
-- also: statements__fetches_counted, fetches__one_at_a_time
INSERT INTO fetches SELECT fetches.* REPLACE (fetch_id || n AS fetch_id, false AS is_final) FROM fetches, range(100) AS more(n) WHERE fetch_id = 'entry2';
-- fault: fetches__addresses_spared
-- also: statements__fetches_counted, fetches__one_at_a_time
INSERT INTO fetches SELECT fetches.* REPLACE (fetch_id || n AS fetch_id, false AS is_final, '192.0.2.1' AS remote_address) FROM fetches, range(5) AS more(n) WHERE fetch_id = 'entry2';
-- fault: fetches__refusals_known
-- also: statements__fetches_counted, fetches__one_at_a_time, fetches__one_final
INSERT INTO fetches SELECT fetches.* REPLACE (fetch_id || n AS fetch_id, false AS is_final, n || canonical_hostname AS canonical_hostname, 403 AS status_code, 'http_error' AS outcome, 'http_forbidden' AS reason_code, 5000 AS body_bytes) FROM fetches, range(5) AS more(n) WHERE fetch_id = 'entry2';
-- fault: statements__languages_found
-- also: statements__target_known, statements__fetches_counted
INSERT INTO statements BY NAME SELECT s.* REPLACE ('host' || (100 + n) AS host_id, 'hu' AS detected_language) FROM statements s, range(30) t(n) WHERE host_id = 'host2';
INSERT INTO previous.statements BY NAME SELECT s.* REPLACE ('found' AS detection_status) FROM statements s WHERE detected_language = 'hu';
-- fault: statements__languages_found
-- also: statements__target_known, statements__fetches_counted
INSERT INTO statements BY NAME SELECT s.* REPLACE ('host' || (100 + n) AS host_id, 'hu' AS detected_language) FROM statements s, range(30) t(n) WHERE host_id = 'host2';
-- fault: statements__blocks_few
-- also: statements__target_known, statements__fetches_counted
INSERT INTO statements BY NAME SELECT s.* REPLACE ('host' || (100 + n) AS host_id, 'uncertain' AS detection_status, ['block_page'] AS reason_codes) FROM statements s, range(30) t(n) WHERE host_id = 'host2';
-- fault: readings__charsets_sound
-- also: readings__fetch_known
INSERT INTO readings BY NAME SELECT r.* REPLACE ('page' || n AS fetch_id, 'B' || chr(65533) || 'rger' AS title) FROM readings r, range(30) t(n) WHERE fetch_id = 'entry1';
-- fault: scans__totals_add_up
UPDATE scans SET host_total = 4, host_processed = 4;
-- fault: fetches__target_known
INSERT INTO fetches BY NAME SELECT f.* REPLACE ('other' AS fetch_id, 'host9' AS host_id, started_at + INTERVAL 1 HOUR AS started_at) FROM fetches f WHERE fetch_id = 'entry2';
-- fault: hosts__verdict_explained
UPDATE hosts SET verdict_snapshot = '2026-11.0' WHERE host_id = 'host3';
-- fault: statements__obligations_disjoint
UPDATE statements SET obligations_present = ['law'], obligations_absent = ['law'] WHERE host_id = 'host1';
-- fault: statements__obligations_disjoint
UPDATE statements SET obligations_present = ['law'] WHERE host_id = 'host1';
