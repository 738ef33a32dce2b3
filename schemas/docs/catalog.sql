-- Views over snapshot 2026-11.0. In the snapshot's folder: duckdb -init catalog.sql
-- Times are UTC without a zone. Generated from the declarations in schemas/src/tables.
SET autoinstall_known_extensions = false;
SET autoload_known_extensions = false;

-- A table of the snapshot in a folder: FROM snap('.', 'hosts'), or of several: FROM snap('../snapshot=2026-*', 'hosts').
CREATE OR REPLACE MACRO snap(root, table_name) AS TABLE
SELECT * FROM read_parquet(root || '/tables/' || table_name || '/*.parquet', union_by_name = true, hive_partitioning = false);
COMMENT ON MACRO TABLE snap IS 'A table of the snapshot in this folder; a glob takes the table of several snapshots.';

CREATE OR REPLACE VIEW sources AS SELECT * FROM read_parquet(['tables/sources/*.parquet'], hive_partitioning = false);
COMMENT ON VIEW sources IS 'One row per workbook sheet that was read.';
COMMENT ON COLUMN sources."source_id" IS 'Hash of file content and sheet name.';
COMMENT ON COLUMN sources."country_code" IS 'The country all rows of the sheet belong to; empty where rows name their own.';
COMMENT ON COLUMN sources."file_name" IS 'File name without folder.';
COMMENT ON COLUMN sources."file_sha256" IS 'SHA-256 of the file.';
COMMENT ON COLUMN sources."sheet" IS 'Sheet name; the file name for text files.';
COMMENT ON COLUMN sources."publisher" IS 'Who keeps the list.';
COMMENT ON COLUMN sources."source_type" IS 'official, curated, archive or other.';
COMMENT ON COLUMN sources."source_reference_url" IS 'Where the list can be had.';
COMMENT ON COLUMN sources."column_map" IS 'Name of the column map that fitted.';
COMMENT ON COLUMN sources."header_row" IS 'Row of the header, counted from 1; 0 for lists without one.';
COMMENT ON COLUMN sources."rows_total" IS 'Rows below the header that are not blank.';
COMMENT ON COLUMN sources."rows_accepted" IS 'Rows that gave at least one seed.';
COMMENT ON COLUMN sources."rows_rejected" IS 'Rows rejected.';
COMMENT ON COLUMN sources."rows_blank" IS 'Blank rows below the header, not part of the total.';

CREATE OR REPLACE VIEW seeds AS SELECT * FROM read_parquet(['tables/seeds/*.parquet'], hive_partitioning = false);
COMMENT ON VIEW seeds IS 'One row per accepted sheet row, with its provenance and raw cells.';
COMMENT ON COLUMN seeds."seed_id" IS 'Hash of file content, sheet and row.';
COMMENT ON COLUMN seeds."source_id" IS 'The sheet it came from.';
COMMENT ON COLUMN seeds."country_code" IS 'Country.';
COMMENT ON COLUMN seeds."canonical_hostname" IS 'Host in canonical spelling.';
COMMENT ON COLUMN seeds."sheet" IS 'Sheet name.';
COMMENT ON COLUMN seeds."row_number" IS 'Row in the sheet, counted from 1 as spreadsheets do.';
COMMENT ON COLUMN seeds."raw" IS 'The mapped cells as they stood.';
COMMENT ON COLUMN seeds."subnational" IS 'Region within the country, as written.';
COMMENT ON COLUMN seeds."organisation" IS 'The body, as written.';
COMMENT ON COLUMN seeds."organisation_type" IS 'What kind of body it is, as written.';
COMMENT ON COLUMN seeds."page_url" IS 'The page the row names.';
COMMENT ON COLUMN seeds."is_root_page" IS 'True when the list calls the page the host''s home page.';
COMMENT ON COLUMN seeds."performance_score" IS 'Performance score of the list, 0 to 1.';
COMMENT ON COLUMN seeds."accessibility_score" IS 'Accessibility score of the list, 0 to 1.';
COMMENT ON COLUMN seeds."best_practices_score" IS 'Best-practice score of the list, 0 to 1.';
COMMENT ON COLUMN seeds."seo_score" IS 'SEO score of the list, 0 to 1.';
COMMENT ON COLUMN seeds."repairs" IS 'What was mended.';

CREATE OR REPLACE VIEW seed_rejects AS SELECT * FROM read_parquet(['tables/seed_rejects/*.parquet'], hive_partitioning = false);
COMMENT ON VIEW seed_rejects IS 'One row per rejected sheet row, with the cell that was refused and why.';
COMMENT ON COLUMN seed_rejects."source_id" IS 'The sheet it came from.';
COMMENT ON COLUMN seed_rejects."country_code" IS 'Country, where it is known.';
COMMENT ON COLUMN seed_rejects."sheet" IS 'Sheet name.';
COMMENT ON COLUMN seed_rejects."row_number" IS 'Row in the sheet, counted from 1.';
COMMENT ON COLUMN seed_rejects."column" IS 'Header text of the refused cell''s column.';
COMMENT ON COLUMN seed_rejects."reason_code" IS 'Why.';
COMMENT ON COLUMN seed_rejects."raw_text" IS 'The refused text, cut to 2,000 characters.';

CREATE OR REPLACE VIEW targets AS SELECT * FROM read_parquet(['tables/targets/*.parquet'], hive_partitioning = false);
COMMENT ON VIEW targets IS 'One row per host to visit this month.';
COMMENT ON COLUMN targets."host_id" IS 'Hash of country and host.';
COMMENT ON COLUMN targets."country_code" IS 'Country.';
COMMENT ON COLUMN targets."canonical_hostname" IS 'Host in canonical spelling.';
COMMENT ON COLUMN targets."host_aliases" IS 'Other names of the same site: its www twin where listed too.';
COMMENT ON COLUMN targets."registrable_domain" IS 'Registrable domain by the Public Suffix List.';
COMMENT ON COLUMN targets."entry_url" IS 'Where the visit starts.';
COMMENT ON COLUMN targets."is_in_scope" IS 'True when the host is visited.';
COMMENT ON COLUMN targets."is_under_directive" IS 'Whether Directive (EU) 2016/2102 covers it, as far as the lists show; empty where they do not.';
COMMENT ON COLUMN targets."scope_rule" IS 'The rule that decided both.';
COMMENT ON COLUMN targets."sources" IS 'Up to 20 sheet rows that list it.';
COMMENT ON COLUMN targets."seed_count" IS 'All sheet rows that list it.';
COMMENT ON COLUMN targets."previous_lifecycle" IS 'Lifecycle after the last snapshot.';
COMMENT ON COLUMN targets."previous_detection_status" IS 'Verdict in the last snapshot.';
COMMENT ON COLUMN targets."previous_statement_url" IS 'Where the statement stood.';
COMMENT ON COLUMN targets."previous_unreachable_streak" IS 'Unreachable runs in a row before this one.';

CREATE OR REPLACE VIEW frontier AS SELECT * FROM read_parquet(['tables/frontier/*.parquet'], hive_partitioning = false);
COMMENT ON VIEW frontier IS 'One row per URL to fetch in a round.';
COMMENT ON COLUMN frontier."host_id" IS 'The host it is fetched for.';
COMMENT ON COLUMN frontier."country_code" IS 'Country of that host.';
COMMENT ON COLUMN frontier."canonical_hostname" IS 'That host, which need not be the URL''s.';
COMMENT ON COLUMN frontier."round" IS 'Round, from 1.';
COMMENT ON COLUMN frontier."url" IS 'What to fetch.';
COMMENT ON COLUMN frontier."purpose" IS 'What for.';
COMMENT ON COLUMN frontier."rank" IS 'Order within the host and round, from 0.';
COMMENT ON COLUMN frontier."found_in" IS 'The fetch on whose page the URL was found.';

CREATE OR REPLACE VIEW robots AS SELECT * FROM read_parquet(['tables/robots/*.parquet'], hive_partitioning = false);
COMMENT ON VIEW robots IS 'One row per authority whose robots.txt was asked for.';
COMMENT ON COLUMN robots."authority" IS 'Scheme, host and port.';
COMMENT ON COLUMN robots."status_code" IS 'Status code of the last answer.';
COMMENT ON COLUMN robots."outcome" IS 'What it means for us.';
COMMENT ON COLUMN robots."reason_code" IS 'Why it could not be had.';
COMMENT ON COLUMN robots."body_sha256" IS 'SHA-256 of the file; its bytes are in `bodies`.';
COMMENT ON COLUMN robots."body_bytes" IS 'Bytes read.';
COMMENT ON COLUMN robots."redirect_count" IS 'Redirects followed.';
COMMENT ON COLUMN robots."crawl_delay_ms" IS 'Crawl-delay that applies to us.';
COMMENT ON COLUMN robots."unreachable_since" IS 'Since when it could not be had, run after run; empty when it could (RFC 9309 section 2.3.1.4).';
COMMENT ON COLUMN robots."fetched_at" IS 'When it was asked for.';

CREATE OR REPLACE VIEW fetches AS SELECT * FROM read_parquet(['tables/fetches/*.parquet'], hive_partitioning = false);
COMMENT ON VIEW fetches IS 'One row per request made or refused; retries are rows of their own.';
COMMENT ON COLUMN fetches."fetch_id" IS 'Hash of host, month, round, URL and attempt.';
COMMENT ON COLUMN fetches."host_id" IS 'The host it was made for.';
COMMENT ON COLUMN fetches."country_code" IS 'Country of that host.';
COMMENT ON COLUMN fetches."canonical_hostname" IS 'That host.';
COMMENT ON COLUMN fetches."round" IS 'Round, from 1.';
COMMENT ON COLUMN fetches."rank" IS 'Order within the host and round, from 0.';
COMMENT ON COLUMN fetches."url" IS 'What was asked for.';
COMMENT ON COLUMN fetches."purpose" IS 'What for.';
COMMENT ON COLUMN fetches."attempt" IS 'Number of the attempt, from 1.';
COMMENT ON COLUMN fetches."is_final" IS 'True for the attempt whose answer stands.';
COMMENT ON COLUMN fetches."final_url" IS 'Where the redirects ended.';
COMMENT ON COLUMN fetches."status_code" IS 'Status code of the last answer.';
COMMENT ON COLUMN fetches."outcome" IS 'How it ended.';
COMMENT ON COLUMN fetches."reason_code" IS 'Why it ended so; empty when all went well.';
COMMENT ON COLUMN fetches."redirect_hops" IS 'The redirects, in order.';
COMMENT ON COLUMN fetches."robots_decision" IS 'What robots.txt said.';
COMMENT ON COLUMN fetches."started_at" IS 'When it began.';
COMMENT ON COLUMN fetches."duration_ms" IS 'From beginning to end, waiting for the turn left out.';
COMMENT ON COLUMN fetches."headers_ms" IS 'From beginning to the headers of the last answer.';
COMMENT ON COLUMN fetches."gap_ms" IS 'Pause promised to the first host asked, between its last request and this one; empty when nothing was sent.';
COMMENT ON COLUMN fetches."waited_ms" IS 'Wait that the gap, a backoff or the server asked for, over all hops: the sum of the three that follow.';
COMMENT ON COLUMN fetches."gap_wait_ms" IS 'Wait for the gap between two requests to a host, Crawl-delay included.';
COMMENT ON COLUMN fetches."backoff_wait_ms" IS 'Wait because requests to the host had failed.';
COMMENT ON COLUMN fetches."retry_after_wait_ms" IS 'Wait that the host asked for with Retry-After.';
COMMENT ON COLUMN fetches."queue_wait_ms" IS 'Wait for a turn: at the host, at its address, among all requests.';
COMMENT ON COLUMN fetches."body_bytes" IS 'Decoded bytes read.';
COMMENT ON COLUMN fetches."is_truncated" IS 'True when the body was cut at the cap.';
COMMENT ON COLUMN fetches."content_type" IS 'Media type in lower case, without parameters.';
COMMENT ON COLUMN fetches."charset" IS 'Charset parameter, as sent.';
COMMENT ON COLUMN fetches."alias_candidate" IS 'Host the redirects of an entry page ended at, where it is another than the one asked for: perhaps the same site.';
COMMENT ON COLUMN fetches."x_robots_tag" IS 'What `X-Robots-Tag` headers ask of those who read the page.';
COMMENT ON COLUMN fetches."meta_robots" IS 'What `<meta name="robots">` asks of those who read the page.';
COMMENT ON COLUMN fetches."http_version" IS 'HTTP version of the last answer.';
COMMENT ON COLUMN fetches."tls_version" IS 'TLS version of the connection the last answer came over; none over http.';
COMMENT ON COLUMN fetches."request_headers" IS 'Header lines of the last request, without what the connection itself adds.';
COMMENT ON COLUMN fetches."response_headers" IS 'Header lines of the last answer; cookies are left out.';
COMMENT ON COLUMN fetches."remote_address" IS 'Address that answered.';
COMMENT ON COLUMN fetches."body_sha256" IS 'Hash of the body, which is in `bodies`.';

CREATE OR REPLACE VIEW candidates AS SELECT * FROM read_parquet(['tables/candidates/*.parquet'], hive_partitioning = false);
COMMENT ON VIEW candidates IS 'One row per link that was considered as the statement, its hub or its document.';
COMMENT ON COLUMN candidates."host_id" IS 'The host.';
COMMENT ON COLUMN candidates."country_code" IS 'Country of the host.';
COMMENT ON COLUMN candidates."canonical_hostname" IS 'The host''s name.';
COMMENT ON COLUMN candidates."round" IS 'Round of the page the link was on.';
COMMENT ON COLUMN candidates."fetch_id" IS 'The fetch of the page the link was on.';
COMMENT ON COLUMN candidates."url" IS 'Where it leads.';
COMMENT ON COLUMN candidates."anchor_text" IS 'Its text, or what stands for it: title, label, alternative text; cut to 300 characters.';
COMMENT ON COLUMN candidates."place" IS 'Where on the page.';
COMMENT ON COLUMN candidates."terms" IS 'The glossary terms that matched.';
COMMENT ON COLUMN candidates."language" IS 'Language of the terms.';
COMMENT ON COLUMN candidates."score" IS 'Score by the ranking in `stages/detect`, 0 to 1.';
COMMENT ON COLUMN candidates."rank" IS 'Order among the candidates of its page, from 0.';
COMMENT ON COLUMN candidates."is_hub" IS 'True for a link to a hub page that may hold the statement link.';
COMMENT ON COLUMN candidates."is_document" IS 'True for a document (PDF, DOCX, ODT).';
COMMENT ON COLUMN candidates."is_chosen" IS 'True when it should be fetched.';
COMMENT ON COLUMN candidates."why_not" IS 'Why it was not chosen.';
COMMENT ON COLUMN candidates."glossary_version" IS 'Version of the glossary it was graded with: the beginning of the hash of its terms.';

CREATE OR REPLACE VIEW readings AS SELECT * FROM read_parquet(['tables/readings/*.parquet'], hive_partitioning = false);
COMMENT ON VIEW readings IS 'One row per page that was read: what the detector saw in it.';
COMMENT ON COLUMN readings."fetch_id" IS 'The fetch that brought the page.';
COMMENT ON COLUMN readings."host_id" IS 'The host.';
COMMENT ON COLUMN readings."country_code" IS 'Country of the host.';
COMMENT ON COLUMN readings."canonical_hostname" IS 'The host''s name.';
COMMENT ON COLUMN readings."round" IS 'Round.';
COMMENT ON COLUMN readings."rank" IS 'Order within the host and round, from 0.';
COMMENT ON COLUMN readings."url" IS 'Where the page is.';
COMMENT ON COLUMN readings."body_sha256" IS 'Hash of its bytes.';
COMMENT ON COLUMN readings."page_kind" IS 'What it turned out to be.';
COMMENT ON COLUMN readings."charset" IS 'The charset it was decoded with.';
COMMENT ON COLUMN readings."language" IS 'Its language, by its text.';
COMMENT ON COLUMN readings."title" IS 'Its title, cut to 300 characters.';
COMMENT ON COLUMN readings."link_count" IS 'Links on it with a target.';
COMMENT ON COLUMN readings."text_count" IS 'Characters of visible text.';
COMMENT ON COLUMN readings."signals" IS 'The independent signs of a statement.';
COMMENT ON COLUMN readings."evidence" IS 'The terms behind them.';
COMMENT ON COLUMN readings."conformance_status" IS 'Declared conformance.';
COMMENT ON COLUMN readings."prepared_on" IS 'When the statement says it was prepared.';
COMMENT ON COLUMN readings."reviewed_on" IS 'When it says it was last reviewed.';
COMMENT ON COLUMN readings."method" IS 'How it says it was prepared.';
COMMENT ON COLUMN readings."feedback" IS 'Contact given for feedback.';
COMMENT ON COLUMN readings."enforcement" IS 'Enforcement body or procedure named.';
COMMENT ON COLUMN readings."policy_mentions" IS 'Laws and standards mentioned.';
COMMENT ON COLUMN readings."has_host_named" IS 'True when it is tied to this host, false when it names another, empty when it names none.';
COMMENT ON COLUMN readings."reason_codes" IS 'Why it is what it is.';
COMMENT ON COLUMN readings."refresh_url" IS 'Where a meta refresh leads.';
COMMENT ON COLUMN readings."navigation_urls" IS 'Up to 10 navigation links to the same site.';
COMMENT ON COLUMN readings."covers_this_host" IS 'Whether the statement is for this host.';
COMMENT ON COLUMN readings."national_status" IS 'The status of a national register that has more than three, as declared: Dutch A to E.';
COMMENT ON COLUMN readings."obligations_present" IS 'What the statement holds of the model statement; empty where the page is no statement.';
COMMENT ON COLUMN readings."obligations_absent" IS 'What it lacks; what stands in neither list no machine can decide.';
COMMENT ON COLUMN readings."promised_on" IS 'Dates by which it promises to have repaired something, later than itself.';
COMMENT ON COLUMN readings."glossary_version" IS 'Version of the glossary it was read with: the beginning of the hash of its terms.';

CREATE OR REPLACE VIEW statements AS SELECT * FROM read_parquet(['tables/statements/*.parquet'], hive_partitioning = false);
COMMENT ON VIEW statements IS 'One row per target of this run: the verdict and what it rests on.';
COMMENT ON COLUMN statements."host_id" IS 'The host.';
COMMENT ON COLUMN statements."country_code" IS 'Country.';
COMMENT ON COLUMN statements."canonical_hostname" IS 'The host''s name.';
COMMENT ON COLUMN statements."run_month" IS 'Month of the run.';
COMMENT ON COLUMN statements."detection_status" IS 'The verdict.';
COMMENT ON COLUMN statements."confidence" IS 'How sure, by the rubric.';
COMMENT ON COLUMN statements."statement_url" IS 'Where the statement is.';
COMMENT ON COLUMN statements."detected_language" IS 'Its language.';
COMMENT ON COLUMN statements."reason_codes" IS 'Why the verdict is what it is.';
COMMENT ON COLUMN statements."evidence" IS 'The terms it rests on, up to 12.';
COMMENT ON COLUMN statements."policy_mentions" IS 'Laws and standards mentioned.';
COMMENT ON COLUMN statements."conformance_status" IS 'Declared conformance.';
COMMENT ON COLUMN statements."prepared_on" IS 'When it was prepared.';
COMMENT ON COLUMN statements."reviewed_on" IS 'When it was last reviewed.';
COMMENT ON COLUMN statements."method" IS 'How it was prepared.';
COMMENT ON COLUMN statements."feedback" IS 'Contact given for feedback.';
COMMENT ON COLUMN statements."enforcement" IS 'Enforcement body or procedure named.';
COMMENT ON COLUMN statements."has_host_named" IS 'True when the statement names this host, false when another, empty when none.';
COMMENT ON COLUMN statements."is_reachable" IS 'True when at least one page of the host could be fetched.';
COMMENT ON COLUMN statements."is_read" IS 'True when at least one page was read and its links extracted.';
COMMENT ON COLUMN statements."fetch_count" IS 'Fetches made for the host, retries and refusals included.';
COMMENT ON COLUMN statements."proof_fetch_id" IS 'Fetch of the page the verdict rests on.';
COMMENT ON COLUMN statements."proof_body_sha256" IS 'Hash of that page''s bytes.';
COMMENT ON COLUMN statements."entry_fetch_id" IS 'Fetch of the entry page.';
COMMENT ON COLUMN statements."sampled_urls" IS 'Up to 10 navigation URLs of the host.';
COMMENT ON COLUMN statements."sample_shortfall_reason" IS 'Why fewer than 10.';
COMMENT ON COLUMN statements."covers_this_host" IS 'Whether the statement is for this host.';
COMMENT ON COLUMN statements."national_status" IS 'The status of a national register that has more than three, as declared: Dutch A to E.';
COMMENT ON COLUMN statements."obligations_present" IS 'What the statement holds of the model statement; empty where no statement was read.';
COMMENT ON COLUMN statements."obligations_absent" IS 'What it lacks; what stands in neither list no machine can decide.';
COMMENT ON COLUMN statements."age_days" IS 'Days from its preparation or last review, whichever is later, to the visit.';
COMMENT ON COLUMN statements."is_review_overdue" IS 'True when that is more than twelve months.';
COMMENT ON COLUMN statements."promises_past_count" IS 'Promised repairs whose date was past at the visit.';
COMMENT ON COLUMN statements."glossary_version" IS 'Version of the glossary the pages were read with: the beginning of the hash of its terms.';
COMMENT ON COLUMN statements."rubric_version" IS 'Version of the rubric the verdict was taken by: the beginning of the hash of its rules.';
COMMENT ON COLUMN statements."answering_hostname" IS 'Host the entry page answered under, after redirects; empty where it could not be fetched.';

CREATE OR REPLACE VIEW hosts AS SELECT * FROM read_parquet(['tables/hosts/*.parquet'], hive_partitioning = false);
COMMENT ON VIEW hosts IS 'One row per host ever known, with its state after this month and the verdict that stands.';
COMMENT ON COLUMN hosts."host_id" IS 'The host.';
COMMENT ON COLUMN hosts."country_code" IS 'Country.';
COMMENT ON COLUMN hosts."canonical_hostname" IS 'The host''s name.';
COMMENT ON COLUMN hosts."lifecycle" IS 'Where it stands in its life.';
COMMENT ON COLUMN hosts."is_stale" IS 'True when the verdict below is kept from an earlier run.';
COMMENT ON COLUMN hosts."unreachable_streak" IS 'Unreachable runs in a row.';
COMMENT ON COLUMN hosts."retired_reason" IS 'Why it is inactive or retired.';
COMMENT ON COLUMN hosts."first_seen_month" IS 'Month it was first listed.';
COMMENT ON COLUMN hosts."last_seen_month" IS 'Month it was last listed.';
COMMENT ON COLUMN hosts."last_reached_month" IS 'Month it was last reached.';
COMMENT ON COLUMN hosts."verdict_snapshot" IS 'The snapshot the verdict was taken in.';
COMMENT ON COLUMN hosts."detection_status" IS 'The verdict that stands.';
COMMENT ON COLUMN hosts."confidence" IS 'How sure.';
COMMENT ON COLUMN hosts."statement_url" IS 'Where the statement is.';
COMMENT ON COLUMN hosts."detected_language" IS 'Its language.';
COMMENT ON COLUMN hosts."conformance_status" IS 'Declared conformance.';
COMMENT ON COLUMN hosts."prepared_on" IS 'When it was prepared.';
COMMENT ON COLUMN hosts."reviewed_on" IS 'When it was last reviewed.';
COMMENT ON COLUMN hosts."policy_mentions" IS 'Laws and standards mentioned.';
COMMENT ON COLUMN hosts."reason_codes" IS 'Why the verdict is what it is.';
COMMENT ON COLUMN hosts."is_read" IS 'True when the last run could read the site.';
COMMENT ON COLUMN hosts."proof_fetch_id" IS 'Fetch of the proof, in the verdict''s snapshot.';
COMMENT ON COLUMN hosts."answering_hostname" IS 'Host the entry page answered under when the verdict was taken.';
COMMENT ON COLUMN hosts."successor_hostname" IS 'The name it is listed under now, where it was renamed.';

CREATE OR REPLACE VIEW changes AS SELECT * FROM read_parquet(['tables/changes/*.parquet'], hive_partitioning = false);
COMMENT ON VIEW changes IS 'One row per difference between the last snapshot and this one.';
COMMENT ON COLUMN changes."host_id" IS 'The host.';
COMMENT ON COLUMN changes."country_code" IS 'Country.';
COMMENT ON COLUMN changes."canonical_hostname" IS 'The host''s name.';
COMMENT ON COLUMN changes."run_month" IS 'Month of the run.';
COMMENT ON COLUMN changes."change_type" IS 'What changed.';
COMMENT ON COLUMN changes."before" IS 'The value before.';
COMMENT ON COLUMN changes."after" IS 'The value now.';

CREATE OR REPLACE VIEW scans AS SELECT * FROM read_parquet(['tables/scans/*.parquet'], hive_partitioning = false);
COMMENT ON VIEW scans IS 'One row per country in a run.';
COMMENT ON COLUMN scans."scan_id" IS 'Snapshot and country.';
COMMENT ON COLUMN scans."run_id" IS 'The run.';
COMMENT ON COLUMN scans."country_code" IS 'Country.';
COMMENT ON COLUMN scans."run_month" IS 'Month of the run.';
COMMENT ON COLUMN scans."status" IS 'queued, running, completed or failed.';
COMMENT ON COLUMN scans."started_at" IS 'When it began.';
COMMENT ON COLUMN scans."finished_at" IS 'When it ended.';
COMMENT ON COLUMN scans."host_total" IS 'Hosts to visit.';
COMMENT ON COLUMN scans."host_processed" IS 'Hosts with a verdict.';
COMMENT ON COLUMN scans."error_summary" IS 'What went wrong.';

CREATE OR REPLACE VIEW meta_runs AS SELECT * FROM read_parquet(['tables/meta_runs/*.parquet'], hive_partitioning = false);
COMMENT ON VIEW meta_runs IS 'One row per setting or figure of the run that made the snapshot.';
COMMENT ON COLUMN meta_runs."snapshot" IS 'The snapshot.';
COMMENT ON COLUMN meta_runs."run_id" IS 'The run.';
COMMENT ON COLUMN meta_runs."run_month" IS 'Month of the run.';
COMMENT ON COLUMN meta_runs."name" IS 'Name of the setting or figure.';
COMMENT ON COLUMN meta_runs."value" IS 'Its value.';
COMMENT ON COLUMN meta_runs."recorded_at" IS 'When it was written down.';

CREATE OR REPLACE VIEW meta_checks AS SELECT * FROM read_parquet(['tables/meta_checks/*.parquet'], hive_partitioning = false);
COMMENT ON VIEW meta_checks IS 'One row per check, with its value, its threshold and its verdict.';
COMMENT ON COLUMN meta_checks."check_name" IS 'Name: table, two underscores, rule.';
COMMENT ON COLUMN meta_checks."table_name" IS 'The table it is about.';
COMMENT ON COLUMN meta_checks."description" IS 'What it asks.';
COMMENT ON COLUMN meta_checks."severity" IS 'error or warn.';
COMMENT ON COLUMN meta_checks."value" IS 'What was measured: for row checks the number of bad rows.';
COMMENT ON COLUMN meta_checks."threshold" IS 'What is tolerated.';
COMMENT ON COLUMN meta_checks."threshold_reason" IS 'Why that much is tolerated.';
COMMENT ON COLUMN meta_checks."verdict" IS 'pass, warn or fail.';
COMMENT ON COLUMN meta_checks."samples" IS 'Up to five bad rows as JSON.';

CREATE OR REPLACE VIEW meta_columns AS SELECT * FROM read_parquet(['tables/meta_columns/*.parquet'], hive_partitioning = false);
COMMENT ON VIEW meta_columns IS 'One row per column of every table.';
COMMENT ON COLUMN meta_columns."table_name" IS 'Table.';
COMMENT ON COLUMN meta_columns."position" IS 'Order in the table, from 1.';
COMMENT ON COLUMN meta_columns."column_name" IS 'Column.';
COMMENT ON COLUMN meta_columns."data_type" IS 'Arrow type.';
COMMENT ON COLUMN meta_columns."is_nullable" IS 'True when a value may be missing.';
COMMENT ON COLUMN meta_columns."is_key" IS 'True when part of the key.';
COMMENT ON COLUMN meta_columns."unit" IS 'Unit, where it has one.';
COMMENT ON COLUMN meta_columns."description" IS 'What it holds.';
COMMENT ON COLUMN meta_columns."written_by" IS 'Stage that writes the table.';
COMMENT ON COLUMN meta_columns."allowed" IS 'Allowed values of a coded column.';

CREATE OR REPLACE VIEW meta_files AS SELECT * FROM read_parquet(['tables/meta_files/*.parquet'], hive_partitioning = false);
COMMENT ON VIEW meta_files IS 'One row per file of the snapshot that was written before this table.';
COMMENT ON COLUMN meta_files."path" IS 'Path from the store''s root.';
COMMENT ON COLUMN meta_files."file_kind" IS 'What it is.';
COMMENT ON COLUMN meta_files."table_name" IS 'The table, for its parts.';
COMMENT ON COLUMN meta_files."sha256" IS 'SHA-256.';
COMMENT ON COLUMN meta_files."row_count" IS 'Rows, for Parquet.';
COMMENT ON COLUMN meta_files."size_bytes" IS 'Length.';

CREATE OR REPLACE VIEW meta_lineage AS SELECT * FROM read_parquet(['tables/meta_lineage/*.parquet'], hive_partitioning = false);
COMMENT ON VIEW meta_lineage IS 'One row per step of the dataflow: which tables it read and wrote, and how many rows.';
COMMENT ON COLUMN meta_lineage."position" IS 'Order, from 1.';
COMMENT ON COLUMN meta_lineage."step" IS 'Name of the step.';
COMMENT ON COLUMN meta_lineage."inputs" IS 'Tables read.';
COMMENT ON COLUMN meta_lineage."outputs" IS 'Tables written.';
COMMENT ON COLUMN meta_lineage."rows_in_count" IS 'Rows read.';
COMMENT ON COLUMN meta_lineage."rows_out_count" IS 'Rows written.';

-- The registry of the store this folder lies in; empty where it was copied out of it.
CREATE SCHEMA IF NOT EXISTS registry;
SET VARIABLE registry_scorecards = (SELECT coalesce(list(file), ['manifest.json']) FROM glob('../../registry/scorecards/*.json'));
CREATE OR REPLACE VIEW registry.scorecards AS SELECT sequence, "at" AS recorded_at, "by" AS recorded_by, trace_id AS recorded_trace_id, "row".*, previous_sha256
FROM read_json(getvariable('registry_scorecards'), columns = {sequence: 'UBIGINT', "at": 'TIMESTAMP', "by": 'VARCHAR', trace_id: 'VARCHAR', "row": 'STRUCT("release" VARCHAR, "overall_passed" BOOLEAN, "generated_at" TIMESTAMP, "sha256" VARCHAR, "scorecard" JSON)', previous_sha256: 'VARCHAR'})
WHERE sequence IS NOT NULL;
COMMENT ON VIEW registry.scorecards IS 'A readiness scorecard.';
SET VARIABLE registry_suite_runs = (SELECT coalesce(list(file), ['manifest.json']) FROM glob('../../registry/suite_runs/*.json'));
CREATE OR REPLACE VIEW registry.suite_runs AS SELECT sequence, "at" AS recorded_at, "by" AS recorded_by, trace_id AS recorded_trace_id, "row".*, previous_sha256
FROM read_json(getvariable('registry_suite_runs'), columns = {sequence: 'UBIGINT', "at": 'TIMESTAMP', "by": 'VARCHAR', trace_id: 'VARCHAR', "row": 'STRUCT("suite" VARCHAR, "status" VARCHAR, "success_share" DOUBLE, "flake_share" DOUBLE, "duration_ms" UBIGINT, "p95_ms" DOUBLE)', previous_sha256: 'VARCHAR'})
WHERE sequence IS NOT NULL;
COMMENT ON VIEW registry.suite_runs IS 'A test suite as it came out of one readiness run.';
SET VARIABLE registry_manifests = (SELECT coalesce(list(file), ['manifest.json']) FROM glob('../../registry/manifests/*.json'));
CREATE OR REPLACE VIEW registry.manifests AS SELECT sequence, "at" AS recorded_at, "by" AS recorded_by, trace_id AS recorded_trace_id, "row".*, previous_sha256
FROM read_json(getvariable('registry_manifests'), columns = {sequence: 'UBIGINT', "at": 'TIMESTAMP', "by": 'VARCHAR', trace_id: 'VARCHAR', "row": 'STRUCT("snapshot" VARCHAR, "sha256" VARCHAR, "text" VARCHAR)', previous_sha256: 'VARCHAR'})
WHERE sequence IS NOT NULL;
COMMENT ON VIEW registry.manifests IS 'A release manifest, as it was drafted.';
SET VARIABLE registry_held = (SELECT coalesce(list(file), ['manifest.json']) FROM glob('../../registry/held/*.json'));
CREATE OR REPLACE VIEW registry.held AS SELECT sequence, "at" AS recorded_at, "by" AS recorded_by, trace_id AS recorded_trace_id, "row".*, previous_sha256
FROM read_json(getvariable('registry_held'), columns = {sequence: 'UBIGINT', "at": 'TIMESTAMP', "by": 'VARCHAR', trace_id: 'VARCHAR', "row": 'STRUCT("snapshot" VARCHAR, "run_id" VARCHAR, "base" VARCHAR)', previous_sha256: 'VARCHAR'})
WHERE sequence IS NOT NULL;
COMMENT ON VIEW registry.held IS 'A complete snapshot that waits for a decision to publish it.';
SET VARIABLE registry_approvals = (SELECT coalesce(list(file), ['manifest.json']) FROM glob('../../registry/approvals/*.json'));
CREATE OR REPLACE VIEW registry.approvals AS SELECT sequence, "at" AS recorded_at, "by" AS recorded_by, trace_id AS recorded_trace_id, "row".*, previous_sha256
FROM read_json(getvariable('registry_approvals'), columns = {sequence: 'UBIGINT', "at": 'TIMESTAMP', "by": 'VARCHAR', trace_id: 'VARCHAR', "row": 'STRUCT("snapshot" VARCHAR, "manifest_sha256" VARCHAR, "approver" VARCHAR, "role" VARCHAR, "signed_at" TIMESTAMP, "signature" VARCHAR)', previous_sha256: 'VARCHAR'})
WHERE sequence IS NOT NULL;
COMMENT ON VIEW registry.approvals IS 'An approver''s signature under a manifest.';
SET VARIABLE registry_waivers = (SELECT coalesce(list(file), ['manifest.json']) FROM glob('../../registry/waivers/*.json'));
CREATE OR REPLACE VIEW registry.waivers AS SELECT sequence, "at" AS recorded_at, "by" AS recorded_by, trace_id AS recorded_trace_id, "row".*, previous_sha256
FROM read_json(getvariable('registry_waivers'), columns = {sequence: 'UBIGINT', "at": 'TIMESTAMP', "by": 'VARCHAR', trace_id: 'VARCHAR', "row": 'STRUCT("rule" VARCHAR, "until" DATE, "reason" VARCHAR, "approver" VARCHAR, "role" VARCHAR, "signed_at" TIMESTAMP, "signature" VARCHAR)', previous_sha256: 'VARCHAR'})
WHERE sequence IS NOT NULL;
COMMENT ON VIEW registry.waivers IS 'A rule of the gate that need not hold for some time.';
SET VARIABLE registry_decisions = (SELECT coalesce(list(file), ['manifest.json']) FROM glob('../../registry/decisions/*.json'));
CREATE OR REPLACE VIEW registry.decisions AS SELECT sequence, "at" AS recorded_at, "by" AS recorded_by, trace_id AS recorded_trace_id, "row".*, previous_sha256
FROM read_json(getvariable('registry_decisions'), columns = {sequence: 'UBIGINT', "at": 'TIMESTAMP', "by": 'VARCHAR', trace_id: 'VARCHAR', "row": 'STRUCT("action" VARCHAR, "snapshot" VARCHAR, "manifest_sha256" VARCHAR, "passed" BOOLEAN, "reason" VARCHAR, "scorecard" STRUCT("sequence" UBIGINT, sha256 VARCHAR), "rules" STRUCT("rule" VARCHAR, verdict VARCHAR, "value" VARCHAR, "limit" VARCHAR, satisfied_by VARCHAR)[], "heads" STRUCT("table" VARCHAR, "rows" UBIGINT, sha256 VARCHAR)[])', previous_sha256: 'VARCHAR'})
WHERE sequence IS NOT NULL;
COMMENT ON VIEW registry.decisions IS 'What was decided, refusals too.';
SET VARIABLE registry_rehearsals = (SELECT coalesce(list(file), ['manifest.json']) FROM glob('../../registry/events/*.json'));
CREATE OR REPLACE VIEW registry.rehearsals AS SELECT sequence, "at" AS recorded_at, "by" AS recorded_by, trace_id AS recorded_trace_id, "event_type", "snapshot", "took_ms", "is_ok", "details", previous_sha256
FROM read_json(getvariable('registry_rehearsals'), columns = {sequence: 'UBIGINT', "at": 'TIMESTAMP', "by": 'VARCHAR', trace_id: 'VARCHAR', "event_type": 'VARCHAR', "snapshot": 'VARCHAR', "took_ms": 'UBIGINT', "is_ok": 'BOOLEAN', "details": 'VARCHAR[]', previous_sha256: 'VARCHAR'})
WHERE sequence IS NOT NULL;
COMMENT ON VIEW registry.rehearsals IS 'A rollback that was rehearsed, or a time stamp that was asked for.';
SET VARIABLE registry_drills = (SELECT coalesce(list(file), ['manifest.json']) FROM glob('../../registry/drills/*.json'));
CREATE OR REPLACE VIEW registry.drills AS SELECT sequence, "at" AS recorded_at, "by" AS recorded_by, trace_id AS recorded_trace_id, "row".*, previous_sha256
FROM read_json(getvariable('registry_drills'), columns = {sequence: 'UBIGINT', "at": 'TIMESTAMP', "by": 'VARCHAR', trace_id: 'VARCHAR', "row": 'STRUCT("name" VARCHAR, "passed" BOOLEAN, "detected_ms" UBIGINT, "recovered_ms" UBIGINT, "lost" UBIGINT, "details" VARCHAR[])', previous_sha256: 'VARCHAR'})
WHERE sequence IS NOT NULL;
COMMENT ON VIEW registry.drills IS 'Something that was broken on purpose, and mended.';
SET VARIABLE registry_incidents = (SELECT coalesce(list(file), ['manifest.json']) FROM glob('../../registry/incidents/*.json'));
CREATE OR REPLACE VIEW registry.incidents AS SELECT sequence, "at" AS recorded_at, "by" AS recorded_by, trace_id AS recorded_trace_id, "row".*, previous_sha256
FROM read_json(getvariable('registry_incidents'), columns = {sequence: 'UBIGINT', "at": 'TIMESTAMP', "by": 'VARCHAR', trace_id: 'VARCHAR', "row": 'STRUCT("id" VARCHAR, "action" VARCHAR, "text" VARCHAR, "trace_id" VARCHAR)', previous_sha256: 'VARCHAR'})
WHERE sequence IS NOT NULL;
COMMENT ON VIEW registry.incidents IS 'What was said about an incident.';
SET VARIABLE registry_threshold_changes = (SELECT coalesce(list(file), ['manifest.json']) FROM glob('../../registry/threshold_changes/*.json'));
CREATE OR REPLACE VIEW registry.threshold_changes AS SELECT sequence, "at" AS recorded_at, "by" AS recorded_by, trace_id AS recorded_trace_id, "row".*, previous_sha256
FROM read_json(getvariable('registry_threshold_changes'), columns = {sequence: 'UBIGINT', "at": 'TIMESTAMP', "by": 'VARCHAR', trace_id: 'VARCHAR', "row": 'STRUCT("reason" VARCHAR, "changes" STRUCT("name" VARCHAR, "before" VARCHAR, "after" VARCHAR)[], "thresholds" MAP(VARCHAR, VARCHAR))', previous_sha256: 'VARCHAR'})
WHERE sequence IS NOT NULL;
COMMENT ON VIEW registry.threshold_changes IS 'A recorded change of the thresholds.';

-- Evidence: these views fail once the files are past their retention.

CREATE OR REPLACE VIEW bodies AS SELECT * FROM read_parquet(['../../evidence/snapshot=2026-11.0/*.parquet'], hive_partitioning = false);
COMMENT ON VIEW bodies IS 'One row per distinct body, kept under `evidence/` with a retention of its own.';
COMMENT ON COLUMN bodies."body_sha256" IS 'SHA-256 of the decoded bytes.';
COMMENT ON COLUMN bodies."content_type" IS 'Media type as sent, without parameters.';
COMMENT ON COLUMN bodies."charset" IS 'Charset parameter as sent.';
COMMENT ON COLUMN bodies."body_bytes" IS 'Length.';
COMMENT ON COLUMN bodies."body" IS 'The bytes, decoded from any content encoding, cut at the cap.';
