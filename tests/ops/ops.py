"""What tests/ops/run does: starts everything, breaks it, and looks at what those who watch can see.

One function per line of the issue. Whatever goes wrong, every process that was started is ended."""

import argparse
import concurrent.futures
import http.client
import http.server
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
import uuid

import jsonschema
import yaml

TOKEN = "ops-test-token-0123456789"
LATEST = "/v1/countries/{CC}/toon/latest"


def free_ports(count):
    """Ports that were free a moment ago."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def free_pair():
    """A free port with a free one after it."""
    while True:
        first = free_ports(1)[0]
        try:
            with socket.socket() as one:
                one.bind(("127.0.0.1", first + 1))
                return first
        except OSError:
            continue


def wait_for(what, check, seconds=30):
    """The first true answer of the check."""
    end = time.monotonic() + seconds
    last = None
    while time.monotonic() < end:
        try:
            found = check()
            if found:
                return found
        except (OSError, http.client.HTTPException, AssertionError, ValueError, KeyError, IndexError) as error:
            last = error
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} s: {what}{f' ({last})' if last else ''}")


def request(port, path, method="GET", headers=None, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, path, body=body, headers=headers or {})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, content


def get_json(port, path, **more):
    status, _, content = request(port, path, **more)
    assert status < 300, f"{path}: {status} {content[:300]}"
    return json.loads(content)


class Ops:
    def __init__(self, root, binary, work):
        self.root, self.binary, self.work = root, binary, work
        self.deploy = root / "pipeline/deploy"
        self.bin = work / "venv/bin"
        self.store = work / "lake"
        self.running = []
        self.logs = []
        self.webhook = []
        self.began = time.monotonic()

    # Processes

    def start(self, name, command, env=None, stdout=None):
        log = self.work / f"{name}.log"
        process = subprocess.Popen(
            [str(word) for word in command], cwd=self.work, stdin=subprocess.DEVNULL,
            stdout=stdout or open(self.work / f"{name}.out", "ab"), stderr=open(log, "ab"),
            env={**os.environ, **(env or {})})
        self.running.append(process)
        return process

    def deklaro(self, name, *words, **more):
        env = {"DEKLARO_STORE": self.store, "DEKLARO_CONFIG": self.work / "deklaro.toml", "DEKLARO_LOG_FORMAT": "json",
               "DEKLARO_LOG": "info", "DEKLARO_ENVIRONMENT": "ops", "DEKLARO_PROJECT_ID": "ops-project",
               "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{self.otlp}", "OTEL_BSP_SCHEDULE_DELAY": "500",
               "OTEL_SERVICE_NAME": f"deklaro-{name}", **more.pop("env", {})}
        self.logs.append(self.work / f"{name}.log")
        return self.start(name, [self.binary, *words], env={key: str(value) for key, value in env.items()}, **more)

    def end(self):
        for process in self.running:
            if process.poll() is None:
                process.kill()
        for process in self.running:
            process.wait()

    def call(self, *words, **more):
        done = subprocess.run([str(word) for word in words], capture_output=True, text=True, **more)
        assert done.returncode == 0, f"{' '.join(map(str, words))}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return done.stdout

    def say(self, text):
        print(f"  {time.monotonic() - self.began:6.1f} s  {text}", flush=True)

    def lines(self, name):
        return [json.loads(line) for line in (self.work / f"{name}.log").read_text().splitlines()]

    # Without a process of ours

    def files_are_valid(self):
        prometheus = self.deploy / "prometheus"
        self.call("promtool", "check", "config", "--syntax-only", prometheus / "prometheus.yml")
        self.call("promtool", "check", "rules", prometheus / "rules.yml")
        said = self.call("promtool", "test", "rules", "rules_test.yml", "rules_days_test.yml", cwd=prometheus)
        assert "SUCCESS" in said, said
        if shutil.which("amtool"):
            self.call("amtool", "check-config", self.deploy / "alertmanager/alertmanager.yml")
        self.call(self.bin / "python", self.deploy / "grafana/dashboards.py", "--check")
        manifests = sorted((self.deploy / "kubernetes").glob("*.yaml"))
        for manifest in manifests:
            self.call(self.bin / "kubernetes-validate", "--strict", "-k", "1.31", manifest)
        kinds = {one["kind"] for file in manifests for one in yaml.safe_load_all(file.read_text()) if one}
        assert {"Deployment", "CronJob", "Job", "NetworkPolicy", "StatefulSet"} <= kinds, kinds
        for file in [*self.deploy.glob("**/*.yaml"), *self.deploy.glob("**/*.yml")]:
            list(yaml.safe_load_all(file.read_text()))
        for file in self.deploy.glob("**/*.json"):
            json.loads(file.read_text())
        self.commands_are_ours()
        self.say(f"files: rules pass their tests, {len(manifests)} manifest files are strictly valid, dashboards are current")

    def commands_are_ours(self):
        """Every command line in the deploy files has words the binary takes."""
        compose = yaml.safe_load((self.deploy / "compose.yaml").read_text())
        lines = [compose["services"][name]["command"] for name in ("service", "worker")]
        for file in (self.deploy / "kubernetes").glob("[12]*.yaml"):
            for document in yaml.safe_load_all(file.read_text()):
                spec = document.get("spec", {}).get("jobTemplate", document).get("spec", {})
                for container in spec.get("template", {}).get("spec", {}).get("containers", []):
                    shell = "command" in container
                    called = [call.split() for call in re.findall(r"exec deklaro ([^;]*)", container["args"][-1])]
                    lines.extend(called if shell else [container["args"]])
        assert len(lines) == 9, lines
        for line in lines:
            flags = [word for word in line if word.startswith("--")]
            said = self.call(self.binary, line[0], "--help")
            for flag in flags:
                assert flag in said, f"`deklaro {line[0]}` has no {flag}"

    # Starting

    def begin(self):
        (self.api, self.probes, self.worker, self.prometheus, self.alertmanager, self.hook, self.otlp, self.grpc) = free_ports(8)
        # https is on the port after http.
        self.http = free_pair()
        config = "[crawl]\ngap_ms = 0\nretries = 1\nbackoff_ms = 50\nmax_retry_after_ms = 500\nmax_crawl_delay_ms = 0\n" \
                 "connect_timeout_ms = 2000\nheaders_timeout_ms = 2000\nbody_timeout_ms = 2500\n[serve]\npoll_ms = 500\nheartbeat_ms = 1000\n"
        (self.work / "deklaro.toml").write_text(config)
        agent = next(pathlib.Path(self.work / "venv").glob("lib/python*/site-packages/rotel/rotel-agent"))
        os.chmod(agent, 0o755)
        self.start("collector", [agent, "start", "--otlp-http-endpoint", f"127.0.0.1:{self.otlp}",
                                 "--otlp-grpc-endpoint", f"127.0.0.1:{self.grpc}", "--exporter", "blackhole",
                                 "--debug-log", "traces", "--debug-log-verbosity", "detailed"])
        self.deklaro("simweb", "simweb", "--port", self.http, "--hosts", "150", "--ca-out", "ca.pem", "--list-out", "hosts.csv",
                     env={"OTEL_SDK_DISABLED": "true"})
        wait_for("the simulated web", lambda: (self.work / "hosts.csv").exists() and (self.work / "ca.pem").exists())
        self.web = ["--connect-to", f"127.0.0.1:{self.http}", f"127.0.0.1:{self.http + 1}", "--ca", self.work / "ca.pem"]
        imported = self.deklaro("import", "import", "--reference", "https://lists.example/all", "hosts.csv")
        assert imported.wait() == 0, (self.work / "import.log").read_text()
        self.month = time.strftime("%Y-%m", time.gmtime())
        run = self.deklaro("run", "run", "--month", self.month, "--json", *self.web)
        assert run.wait() == 0, (self.work / "run.log").read_text()[-3000:]
        outcome = json.loads((self.work / "run.out").read_text())
        self.run_id = outcome["run_id"]
        self.start_watchers()
        begin = time.monotonic()
        self.service = self.deklaro("service", "serve", "--listen", f"127.0.0.1:{self.api}", "--probes", f"127.0.0.1:{self.probes}", "--no-worker",
                                    env={"DEKLARO_API_TOKEN": TOKEN})
        wait_for("readiness", lambda: request(self.api, "/readyz")[0] == 200)
        self.say(f"a month is published ({outcome['snapshot']}), the service was ready after {time.monotonic() - begin:.1f} s")

    def start_watchers(self):
        hook = self.webhook

        class Hook(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                hook.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", self.hook), Hook)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        # Copies of the shipped files with this machine's addresses and windows a test can wait for; nothing else differs.
        rules = (self.deploy / "prometheus/rules.yml").read_text()
        short = re.sub(r"\[(5m|15m|1h)\]", "[10s]", re.sub(r"for: \d+[mh]", "for: 2s", rules))
        short = re.sub(r"^groups:", "groups:", short)
        (self.work / "rules.yml").write_text(short)
        config = yaml.safe_load((self.deploy / "prometheus/prometheus.yml").read_text())
        config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
        config["alerting"]["alertmanagers"][0]["static_configs"][0]["targets"] = [f"127.0.0.1:{self.alertmanager}"]
        service, worker = config["scrape_configs"][0]["static_configs"]
        service["targets"], worker["targets"] = [f"127.0.0.1:{self.probes}"], [f"127.0.0.1:{self.worker}"]
        (self.work / "prometheus.yml").write_text(yaml.safe_dump(config))
        alerts = yaml.safe_load((self.deploy / "alertmanager/alertmanager.yml").read_text())
        alerts["receivers"][0]["webhook_configs"][0]["url"] = f"http://127.0.0.1:{self.hook}/alerts"
        for route in [alerts["route"], *alerts["route"]["routes"]]:
            route["group_wait"] = "1s"
        (self.work / "alertmanager.yml").write_text(yaml.safe_dump(alerts))
        self.start("alertmanager", ["prometheus-alertmanager", "--config.file=alertmanager.yml", "--storage.path=alertmanager",
                                    "--cluster.listen-address=", f"--web.listen-address=127.0.0.1:{self.alertmanager}"])
        self.start("prometheus", ["prometheus", "--config.file=prometheus.yml", "--storage.tsdb.path=prometheus",
                                  f"--web.listen-address=127.0.0.1:{self.prometheus}"])

    def query(self, expression):
        path = "/api/v1/query?" + urllib.parse.urlencode({"query": expression})
        answer = get_json(self.prometheus, path)
        assert answer["status"] == "success", answer
        return answer["data"]["result"]

    def metric(self, name, **labels):
        """The sum of the samples of the service with these labels, read from it."""
        _, _, content = request(self.probes, "/metrics")
        total = 0.0
        for line in content.decode().splitlines():
            head, _, value = line.rpartition(" ")
            if head.split("{")[0] == name and all(f'{key}="{label}"' in head for key, label in labels.items()):
                total += float(value)
        return total

    # The lines of the issue

    def one_request_is_followed(self):
        """Its id from HTTP to metric to log to span (mission D4)."""
        country = get_json(self.api, "/v1/countries")["countries"][0]["countryCode"]
        self.country = country
        request_id, trace_id = f"ops-{uuid.uuid4()}", uuid.uuid4().hex
        labels = {"endpoint": LATEST, "method": "GET", "status": "200", "project_id": "ops-project", "service": "deklaro-service"}
        before = self.metric("request_count", **labels)
        headers = {"X-Request-Id": request_id, "traceparent": f"00-{trace_id}-00f067aa0ba902b7-00"}
        status, answer, _ = request(self.api, LATEST.replace("{CC}", country), headers=headers)
        assert (status, answer["x-request-id"]) == (200, request_id), answer
        assert self.metric("request_count", **labels) == before + 1
        assert self.metric("response_status_count", **labels) == before + 1
        assert self.metric("request_duration_seconds_count", **labels) == before + 1
        of_it = [line for line in self.lines("service") if line["request_id"] == request_id]
        assert of_it and all(line["trace_id"] == trace_id for line in of_it), of_it
        told = of_it[-1]
        assert (told["endpoint"], told["status"], told["message"]) == (LATEST, 200, "request answered"), told
        collected = self.work / "collector.out"
        both = lambda: trace_id in (text := collected.read_text() + (self.work / "collector.log").read_text()) and request_id in text
        wait_for("the span at the collector", both)
        _, made, _ = request(self.api, "/healthz", headers={"X-Request-Id": "not sane \"{}"})
        uuid.UUID(made["x-request-id"])
        self.say(f"request {request_id[:12]}… found in its answer, in three metrics, in {len(of_it)} log lines and at the collector")

    def prometheus_scrapes_us(self):
        up = lambda: [one for one in self.query('up{job="deklaro",role="service"}') if one["value"][1] == "1"]
        wait_for("a scrape", up)
        known = {metric["name"]: metric for metric in json.loads((self.root / "schemas/docs/metrics.json").read_text())}
        wait_for("a second scrape", lambda: self.query("rate(request_count[10s])"))
        seen = get_json(self.prometheus, '/api/v1/label/__name__/values?match[]={job="deklaro"}')["data"]
        made = ("scrape_", "up", "ALERTS")
        base = lambda name: re.sub(r"_(bucket|sum|count)$", "", name) if name not in known else name
        for name in seen:
            assert name.startswith(made) or base(name) in known, f"`{name}` is not in metrics.json"
        types = get_json(self.prometheus, "/api/v1/metadata")["data"]
        for name, kinds in types.items():
            if name in known:
                assert kinds[0]["type"] == known[name]["type"], (name, kinds)
        rules = get_json(self.prometheus, "/api/v1/rules")["data"]["groups"]
        broken = [rule for group in rules for rule in group["rules"] if rule.get("health") == "err"]
        assert not broken, broken
        expressions = 0
        for file in sorted((self.deploy / "grafana/dashboards").glob("*.json")):
            for panel in json.loads(file.read_text())["panels"]:
                for target in panel["targets"]:
                    self.query(target["expr"])
                    expressions += 1
                    names = re.findall(r"\b(?:deklaro|request|response|process)_[a-z_]+(?!:)\b", target["expr"])
                    for name in names:
                        assert base(name) in known, f"{file.name}, `{panel['title']}`: no metric `{name}`"
        # What a fresh service with one snapshot must have in any case.
        for name in ["request_count", "deklaro_queue_depth", "deklaro_platform_state", "deklaro_hosts", "deklaro_health_state",
                     "deklaro_last_run_stage_duration_seconds", "deklaro_runs_total", "deklaro_build_info"]:
            assert name in seen, f"{name} was not scraped"
        self.say(f"Prometheus scrapes {len(seen)} names, types as declared, and evaluates {expressions} panel expressions")

    def errors_reach_the_webhook(self):
        """A 5xx spike fires the rule, and the alert arrives (mission D6)."""
        snapshots, away = self.store / "snapshots", self.store / "snapshots.away"
        countries = [one["countryCode"] for one in get_json(self.api, "/v1/countries")["countries"]]
        snapshots.rename(away)
        begin = time.monotonic()
        statuses = []

        def fired():
            for country in countries:
                statuses.append(request(self.api, f"/v1/countries/{country}/toon/latest", headers={"Accept": "text/csv"})[0])
            named = [alert for one in self.webhook for alert in one["alerts"] if alert["status"] == "firing"]
            return [alert for alert in named if alert["labels"]["alertname"] == "DeklaroServerErrors"]

        try:
            alert = wait_for("DeklaroServerErrors at the webhook", fired, 60)[0]
        finally:
            away.rename(snapshots)
        assert max(statuses) >= 500, set(statuses)
        assert alert["annotations"]["runbook"] == "RUNBOOK.md#server-errors", alert
        wait_for("readiness again", lambda: request(self.api, "/readyz")[0] == 200)
        assert request(self.api, f"/v1/countries/{countries[0]}/toon/latest", headers={"Accept": "text/csv"})[0] == 200
        self.say(f"the store went away: {sum(s >= 500 for s in statuses)} answers with 5xx, the webhook had the alert after "
                 f"{time.monotonic() - begin:.0f} s, then it came back")

    def a_dead_workers_scan_is_finished(self):
        """kill -9 in mid-scan; another worker takes over, under the same request id."""
        request_id = f"ops-{uuid.uuid4()}"
        path = f"/v1/countries/{self.country}/scans"
        assert request(self.api, path, "POST", {"Content-Type": "application/json"}, "{}")[0] == 401
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json", "X-Request-Id": request_id}
        status, _, content = request(self.api, path, "POST", headers, json.dumps({"runMonth": self.month}))
        assert status == 202, content
        scan = json.loads(content)
        assert request(self.api, path, "POST", headers, json.dumps({"runMonth": self.month}))[0] in (202, 409)
        wait_for("the queue's depth", lambda: self.metric("deklaro_queue_depth") >= 1)
        # So slow that the first round takes seconds: what is killed is in the middle of it.
        first = self.deklaro("worker-a", "worker", *self.web, "--gap-ms", "3000")
        at_it = lambda: get_json(self.api, f"/v1/scans/{scan['scanId']}")["status"] == "running"
        wait_for("the scan to run", at_it)
        wait_for("the crawl to begin", lambda: list(self.store.glob("staging/*/work/frontier/**/*.parquet")), 30)
        first.send_signal(signal.SIGKILL)
        first.wait()
        killed = time.monotonic()
        second = self.deklaro("worker-b", "worker", *self.web, "--listen", f"127.0.0.1:{self.worker}")
        done = lambda: get_json(self.api, f"/v1/scans/{scan['scanId']}")["status"] in ("completed", "failed")
        wait_for("the other worker to finish", done, 60)
        result = get_json(self.api, f"/v1/scans/{scan['scanId']}")
        assert result["status"] == "completed", result
        took = time.monotonic() - killed
        lines = self.lines("worker-b")
        of_it = [line for line in lines if line["request_id"] == request_id]
        taken = [line for line in of_it if line["message"] == "run taken up"]
        assert taken and taken[0]["fields"]["taken_over"] is True, lines[:5]
        wait_for("the worker's scrape", lambda: self.query('deklaro_jobs_total{role="worker",outcome="completed"}'))
        assert self.query('deklaro_jobs_total{role="worker",outcome="taken_over"}')[0]["value"][1] == "1"
        assert float(self.query('sum(deklaro_fetches_total{role="worker"})')[0]["value"][1]) > 0
        in_job = {line["component"] for line in of_it}
        assert {"service", "run"} <= in_job or len(of_it) > 5, in_job
        audit = self.call(self.binary, "--store", self.store, "audit", "spans", taken[0]["run_id"])
        self.second = second
        self.say(f"worker killed in mid-scan, the other had it finished {took:.1f} s later; {len(of_it)} of its lines carry the request's id; "
                 f"{audit.splitlines()[0]}")

    def the_collector_has_the_spans(self):
        text = lambda: (self.work / "collector.out").read_text() + (self.work / "collector.log").read_text()
        wanted = ["stage crawl 1", "stage detect 1", f"crawl {self.country}", self.run_id, "GET " + LATEST, "job"]
        for one in wanted:
            wait_for(f"`{one}` at the collector", lambda one=one: one in text())
        audit = json.loads(self.call(self.binary, "--store", self.store, "audit", "spans", self.run_id, "--json"))
        kept = next((self.store / "snapshots").glob("*/lineage/spans.ndjson")).read_text().splitlines()
        for line in kept[:20]:
            status, _, said = request(self.otlp, "/v1/traces", "POST", {"Content-Type": "application/json"}, line)
            assert status == 200, f"the collector refuses what a snapshot keeps: {said} {line}"
        assert audit["share"] >= 0.95, audit
        self.say(f"the collector has spans of requests, jobs, stages and countries; the first run's are covered to {audit['share']:.0%}, "
                 "and it takes what the snapshot keeps")

    def schemathesis_finds_nothing(self):
        """Once with whatever it makes up, once with a country, month and host that exist, so that it gets behind the 404s."""
        domains = get_json(self.api, f"/v1/countries/{self.country}/toon/latest")["domains"]
        known = {"CC": self.country, "month": self.month, "hostname": domains[0]["canonicalHostname"]}
        file = self.work / "known.toml"
        file.write_text("[parameters]\n" + "".join(f'{name} = "{value}"\n' for name, value in known.items()))
        made_up = self.schemathesis([], [])
        existing = self.schemathesis(["--config-file", file], ["--include-path-regex", "^/v1/countries", "--include-method", "GET"])
        self.say(f"schemathesis: {made_up} requests of its own and {existing} for what exists, no 5xx, no answer beside its schema")

    def schemathesis(self, before, after):
        command = [self.bin / "schemathesis", *before, "run", f"http://127.0.0.1:{self.api}/openapi.json",
                   "--checks", "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance",
                   "--max-examples", "25", "--workers", "1", "--seed", "8", "--phases", "examples,coverage,fuzzing", "--no-color",
                   # File names and host names have patterns that few made-up texts fit; that is no fault of an answer.
                   "--suppress-health-check", "filter_too_much,too_slow", "--request-timeout", "20", *after]
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, cwd=self.work)
        tail = "\n".join(line[:300] for line in done.stdout.splitlines()[-120:])
        assert done.returncode == 0, f"{tail}\n{done.stderr[-2000:]}"
        return re.findall(r"(\d+) generated", done.stdout)[-1]

    def a_stop_is_polite_and_seen(self):
        """SIGTERM ends service and worker within the deadline, and the log says so."""
        for name, process in [("service", self.service), ("worker-b", self.second)]:
            begin = time.monotonic()
            process.send_signal(signal.SIGTERM)
            code = process.wait(timeout=30)
            assert code in (0, 143), (name, code)
            messages = [line["message"] for line in self.lines(name)]
            assert "asked to stop" in messages, messages[-5:]
            self.say(f"{name} ended with {code} {time.monotonic() - begin:.1f} s after SIGTERM")

    def every_line_keeps_to_the_schema(self):
        schema = json.loads((self.root / "schemas/docs/log.schema.json").read_text())
        jsonschema.Draft202012Validator.check_schema(schema)
        validator = jsonschema.Draft202012Validator(schema)
        count = 0
        for log in dict.fromkeys(self.logs):
            for line in log.read_text().splitlines():
                for error in validator.iter_errors(json.loads(line)):
                    raise AssertionError(f"{log.name}: {error.message}: {line}")
                assert TOKEN not in line and "Bearer " not in line.replace("Bearer [removed]", ""), line
                count += 1
        assert count > 100, count
        self.say(f"{count} log lines of {len(set(self.logs))} processes keep to the schema and hold no token")

    def all(self):
        with concurrent.futures.ThreadPoolExecutor() as pool:
            files = pool.submit(self.files_are_valid)
            self.begin()
            self.one_request_is_followed()
            self.prometheus_scrapes_us()
            self.errors_reach_the_webhook()
            self.a_dead_workers_scan_is_finished()
            self.the_collector_has_the_spans()
            self.schemathesis_finds_nothing()
            self.a_stop_is_polite_and_seen()
            self.every_line_keeps_to_the_schema()
            files.result()


def main():
    parser = argparse.ArgumentParser()
    for name in ("root", "binary", "work"):
        parser.add_argument(f"--{name}", type=pathlib.Path, required=True)
    given = parser.parse_args()
    ops = Ops(given.root.resolve(), given.binary.resolve(), given.work.resolve())
    try:
        ops.all()
    except BaseException:
        for log in [ops.work / "service.log", ops.work / "worker-a.log", ops.work / "worker-b.log", ops.work / "prometheus.log"]:
            if log.exists():
                print(f"--- end of {log.name}", *(line[:600] for line in log.read_text().splitlines()[-8:]), sep="\n", file=sys.stderr)
        raise
    finally:
        ops.end()
    print("ops: done")


if __name__ == "__main__":
    main()
