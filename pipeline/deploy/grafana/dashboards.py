#!/usr/bin/env python3
"""The dashboards as code: writes grafana/dashboards/*.json. `--check` compares instead, for CI."""

import json
import pathlib
import sys

HERE = pathlib.Path(__file__).parent / "dashboards"
SOURCE = {"type": "prometheus", "uid": "deklaro-prometheus"}


def panel(title, expressions, unit="short", kind="timeseries", width=12, note="", maximum=None):
    """One panel; expressions are (PromQL, legend) pairs."""
    defaults = {"unit": unit, "min": 0}
    if maximum is not None:
        defaults["max"] = maximum
    return {
        "title": title,
        "description": note,
        "type": kind,
        "datasource": SOURCE,
        "width": width,
        "fieldConfig": {"defaults": defaults, "overrides": []},
        "options": {"legend": {"displayMode": "list", "placement": "bottom"}} if kind == "timeseries" else {},
        "targets": [
            {"refId": chr(65 + number), "datasource": SOURCE, "expr": expression, "legendFormat": legend,
             "instant": kind in ("stat", "bargauge", "table")}
            for number, (expression, legend) in enumerate(expressions)
        ],
    }


def dashboard(uid, title, panels):
    placed, x, y = [], 0, 0
    for number, one in enumerate(panels, 1):
        width, height = one.pop("width"), 8 if one["type"] == "timeseries" else 6
        if x + width > 24:
            x, y = 0, y + 8
        placed.append({"id": number, **one, "gridPos": {"x": x, "y": y, "w": width, "h": height}})
        x += width
    return {
        "uid": uid,
        "title": title,
        "tags": ["deklaro"],
        "schemaVersion": 39,
        "version": 1,
        "timezone": "utc",
        "editable": False,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {"list": []},
        "annotations": {"list": []},
        "panels": placed,
    }


# The newest scorecard of all that are told.
NEWEST = "deklaro_readiness_timestamp_seconds == scalar(max(deklaro_readiness_timestamp_seconds))"

SERVICE = dashboard("deklaro-service", "Deklaro: service", [
    panel("Requests a second", [("sum by (endpoint) (rate(request_count[5m]))", "{{endpoint}}")], "reqps"),
    panel("Share of 5xx", [("deklaro:request_error_share:rate5m", "{{service}}")], "percentunit", maximum=1,
          note="Above 10 % for 5 minutes DeklaroServerErrors fires."),
    panel("Duration", [
        ("histogram_quantile(0.5, sum by (le) (rate(request_duration_seconds_bucket[5m])))", "median"),
        ("histogram_quantile(0.95, sum by (le) (rate(request_duration_seconds_bucket[5m])))", "P95, goal 0.2 s"),
        ("histogram_quantile(0.99, sum by (le) (rate(request_duration_seconds_bucket[5m])))", "P99, goal 1 s"),
    ], "s"),
    panel("Answers by status", [("sum by (status) (rate(response_status_count[5m]))", "{{status}}")], "reqps"),
    panel("Requests under way", [("sum by (service) (deklaro_requests_in_flight)", "{{service}}")]),
    panel("Connections without a place", [("sum by (place) (rate(deklaro_connections_refused_total[5m]))", "{{place}}")],
          note="One client holds an eighth of all places; a slow one is closed after 15 s."),
    panel("Ready, draining", [("min by (instance) (deklaro_ready)", "{{instance}} ready"),
                              ("max by (instance) (deklaro_draining)", "{{instance}} draining")], maximum=1),
    panel("Memory", [("process_resident_memory_bytes", "{{instance}}")], "bytes"),
    panel("Processor", [("rate(deklaro_process_cpu_milliseconds_total[5m]) / 1000", "{{instance}}")], "percentunit"),
])

WORK = dashboard("deklaro-work", "Deklaro: workers and crawl", [
    panel("Queue depth", [("max by (queue) (deklaro_queue_depth)", "{{queue}}")]),
    panel("Oldest scan that waits", [("max by (queue) (deklaro_queue_oldest_age_seconds)", "{{queue}}")], "s",
          note="Above 15 minutes DeklaroJobOld fires."),
    panel("Time since a worker's heartbeat", [("max by (worker) (deklaro_worker_heartbeat_age_seconds)", "{{worker}}")], "s"),
    panel("Scans by how they ended, an hour", [("sum by (outcome) (increase(deklaro_jobs_total[1h]))", "{{outcome}}"),
                                               ("sum(increase(deklaro_job_retries_total[1h]))", "taken up again")]),
    panel("Runs by how they ended, a day", [("sum by (outcome) (increase(deklaro_runs_total[1d]))", "{{outcome}}")]),
    panel("Scan duration", [("histogram_quantile(0.95, sum by (le) (rate(deklaro_job_duration_seconds_bucket[1h])))", "P95")], "s"),
    panel("Requests of the crawl", [("sum by (outcome) (rate(deklaro_fetches_total[5m]))", "{{outcome}}")], "reqps"),
    panel("Hosts processed", [("sum(rate(deklaro_hosts_processed_total[5m]))", "hosts a second"),
                              ("sum(rate(deklaro_pages_read_total[5m]))", "pages read a second")], "ops"),
    panel("What requests wait for", [("sum by (cause) (rate(deklaro_fetch_wait_milliseconds_total[5m])) / 1000", "{{cause}}")], "s",
          note="Seconds waited per second, over all requests."),
    panel("Under way, attempts after the first", [("sum(deklaro_fetches_in_flight)", "in flight"),
                                                  ("sum(rate(deklaro_fetch_retries_total[5m]))", "retries a second")]),
    panel("Bytes read", [("sum(rate(deklaro_fetch_bytes_total[5m]))", "bytes a second")], "Bps"),
    panel("Duration of a request", [("histogram_quantile(0.95, sum by (le) (rate(deklaro_fetch_duration_seconds_bucket[5m])))", "P95")], "s"),
    panel("Stages, last run", [("max by (stage) (deklaro_last_run_stage_duration_seconds)", "{{stage}}")], "s", "bargauge"),
    panel("Stages, now", [("histogram_quantile(0.95, sum by (stage, le) (rate(deklaro_stage_duration_seconds_bucket[1h])))", "{{stage}}")], "s"),
    panel("Spans", [("sum by (outcome) (rate(deklaro_spans_total[5m]))", "{{outcome}}")], "ops"),
    panel("Log lines", [("sum by (level) (rate(deklaro_log_lines_total[5m]))", "{{level}}"),
                        ("sum(rate(deklaro_log_lines_left_out_total[5m]))", "left out by sampling")], "ops"),
])

RECORD = dashboard("deklaro-record", "Deklaro: record, health, readiness", [
    panel("Health", [("max by (state) (deklaro_health_state) == 1", "{{state}}")], kind="stat", width=6),
    panel("Platform", [("max by (state) (deklaro_platform_state) == 1", "{{state}}")], kind="stat", width=6),
    panel("Readiness, last scorecard on record", [(f"min(deklaro_readiness_passed and {NEWEST})", "passed")], kind="stat", width=6, maximum=1),
    panel("Age of the record", [("time() - max(deklaro_last_run_finished_timestamp_seconds)", "age")], "s", "stat", 6),
    panel("Readiness suites", [(f"max by (suite, status) (deklaro_readiness_suite and ignoring (suite, status) {NEWEST})", "{{suite}} {{status}}")], kind="table"),
    panel("Age of the scorecard", [("time() - max(deklaro_readiness_timestamp_seconds)", "age")], "s", "stat", 6,
          note="Above 7 days DeklaroReadinessStale fires, and the gate takes it no longer."),
    panel("Since the last batch run ended", [("time() - max by (job, outcome) (deklaro_batch_ended_timestamp_seconds)", "{{job}} {{outcome}}")], "s", "stat", 6),
    panel("Measures beyond their threshold", [("max by (measure, runbook) (deklaro_health_failed) == 1", "{{measure}}: RUNBOOK.md#{{runbook}}")],
          kind="table"),
    panel("Measures", [("max by (measure) (deklaro_health_value)", "{{measure}}"),
                       ("max by (measure) (deklaro_health_threshold)", "{{measure}}, highest healthy")]),
    panel("Funnel", [("max by (step) (deklaro_hosts{country_code=\"all\"})", "{{step}}")], kind="bargauge"),
    panel("Found, share of the hosts read", [
        ("max by (country_code) (deklaro_hosts{step=\"found\"}) / max by (country_code) (deklaro_hosts{step=\"read\"} > 0)", "{{country_code}}"),
    ], "percentunit", maximum=1),
    panel("Coverage: read, share of the hosts known", [
        ("max by (country_code) (deklaro_hosts{step=\"read\"}) / max by (country_code) (deklaro_hosts{step=\"known\"} > 0)", "{{country_code}}"),
    ], "percentunit", maximum=1),
    panel("Stale hosts", [("max by (country_code) (deklaro_hosts{step=\"stale\"})", "{{country_code}}")]),
    panel("Turned stale, a day", [("sum by (country_code) (increase(deklaro_hosts_stale_total[1d]))", "{{country_code}}")]),
    panel("Last run: requests by outcome", [("max by (outcome) (deklaro_last_run_fetches)", "{{outcome}}")], kind="bargauge"),
    panel("Last run: share with a span", [("min(deklaro_last_run_spans_covered_share)", "covered")], "percentunit", "stat", maximum=1),
    panel("Turns of the schedule that were missed", [("max(deklaro_missed_schedules)", "missed")], kind="stat"),
    panel("Version", [("max by (version, service) (deklaro_build_info)", "{{service}} {{version}}")], kind="stat"),
])


def main():
    check = "--check" in sys.argv
    for board in (SERVICE, WORK, RECORD):
        file = HERE / f"{board['uid']}.json"
        text = json.dumps(board, indent=1, ensure_ascii=False) + "\n"
        if check and (not file.exists() or file.read_text() != text):
            sys.exit(f"{file} is not current: run pipeline/deploy/grafana/dashboards.py")
        if not check:
            HERE.mkdir(exist_ok=True)
            file.write_text(text)


if __name__ == "__main__":
    main()
