"""The Jobs of pipeline/deploy/kubernetes/21-indexed-job.yaml, executed on this machine: their own commands, JOB_COMPLETION_INDEX set,
retried by their own backoffLimitPerIndex and podFailurePolicy. Some workers are killed on the way.

usage: indexed.py --binary PATH --work FOLDER [--partitions N] [--parallelism N] [--kills N] [--hosts N] [--gap-ms MS] [--store URL]
"""

import argparse
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import time
import urllib.request

KUBERNETES = pathlib.Path(__file__).resolve().parents[2] / "pipeline/deploy/kubernetes"
sys.path.insert(0, str(KUBERNETES))

from render import rendered  # noqa: E402


class JobFailed(RuntimeError):
    """A Job that did not complete."""


class Cluster:
    """Runs Jobs as processes."""

    def __init__(self, environment, kills, seed=1):
        self.environment = environment
        self.kills = kills
        self.draw = random.Random(seed)
        self.killed = self.restarted = 0

    def start(self, job, index):
        container = job["spec"]["template"]["spec"]["containers"][0]
        environment = dict(self.environment, **{item["name"]: item["value"] for item in container["env"]})
        if index is not None:
            environment["JOB_COMPLETION_INDEX"] = str(index)
            environment["DEKLARO_WORK"] = f"{self.environment['DEKLARO_WORK']}-{index}"
        return subprocess.Popen(
            [*container["command"], *container["args"]], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def action(self, job, code):
        """What the Job's podFailurePolicy says of this exit code; a kill by the kernel or the cluster is a disruption."""
        if code < 0:
            return "Ignore"
        for rule in job["spec"]["podFailurePolicy"]["rules"]:
            codes = rule.get("onExitCodes")
            if codes and (code in codes["values"]) == (codes["operator"] == "In"):
                return rule["action"]
        return "Count"

    def run(self, kind, name):
        """Runs a Job to its end; what the last pod of the first index wrote."""
        job = rendered(kind, name, self.environment)
        spec = job["spec"]
        indices = list(range(spec["completions"])) if spec.get("completionMode") == "Indexed" else [None]
        waiting, running, failures = list(indices), {}, dict.fromkeys(indices, 0)
        limit = spec.get("backoffLimitPerIndex", spec.get("backoffLimit", 6))
        output = {}
        while waiting or running:
            while waiting and len(running) < spec.get("parallelism", 1):
                index = waiting.pop(0)
                running[index] = self.start(job, index)
            if kind == "round" and self.kills > 0 and len(running) > 1 and self.draw.random() < 0.2:
                victim = self.draw.choice(sorted(running))
                running[victim].send_signal(self.draw.choice([signal.SIGKILL, signal.SIGTERM]))
                self.kills -= 1
                self.killed += 1
            for index, pod in list(running.items()):
                try:
                    out, err = pod.communicate(timeout=0.05)
                except subprocess.TimeoutExpired:
                    continue
                del running[index]
                if pod.returncode == 0:
                    output[index] = out
                    continue
                action = self.action(job, pod.returncode)
                if action == "Count":
                    failures[index] += 1
                if action in ("FailIndex", "FailJob") or failures[index] > limit:
                    raise JobFailed(f"{name}, index {index}: exit {pod.returncode}\n{err}")
                self.restarted += 1
                waiting.append(index)
        return output[indices[0]]


def simulated_europe(binary, work, hosts, port):
    """A simulated web of its own process; its control address and the flags that lead to it."""
    ca, listed = work / "ca.pem", work / "list.csv"
    web = subprocess.Popen(
        [binary, "simweb", "--hosts", str(hosts), "--port", str(port), "--ca-out", ca, "--list-out", listed], stderr=subprocess.DEVNULL
    )
    control = f"http://127.0.0.1:{port}/__simweb"
    for _ in range(200):
        try:
            urllib.request.urlopen(f"{control}/hosts?n=1").read()
            break
        except OSError:
            time.sleep(0.05)
    (work / "sources.toml").write_text(
        '[[source]]\nfile = "list.csv"\nsource_type = "curated"\nsource_reference_url = "https://lists.example/all"\n'
    )
    return web, control, f"--connect-to 127.0.0.1:{port} 127.0.0.1:{port + 1} --ca {ca}"


def configuration(work, gap_ms):
    file = work / "deklaro.toml"
    file.write_text(
        f'sources = "{work}/sources.toml"\n[crawl]\ngap_ms = {gap_ms}\nretries = 1\nbackoff_ms = 50\nmax_retry_after_ms = 1000\n'
        "max_crawl_delay_ms = 0\nconnect_timeout_ms = 3000\nheaders_timeout_ms = 3000\nbody_timeout_ms = 4000\n"
    )
    return file


def smallest_pause(control):
    """Milliseconds between two requests of one host, by the simulated web's own clock, and how many such pairs there were."""
    last, pauses = {}, []
    for line in urllib.request.urlopen(f"{control}/seen").read().splitlines():
        seen = json.loads(line)
        if seen["method"] == "TLS":
            continue
        before = last.get(seen["host"])
        if before is not None:
            pauses.append((seen["at_us"] - before) / 1000)
        last[seen["host"]] = seen["at_us"]
    return min(pauses, default=None), len(pauses)


def month(cluster, month):
    """plan → rounds → commit; the snapshot."""
    environment = cluster.environment
    environment.update(MONTH=month, RUN="", ROUND="1")
    planned = json.loads(cluster.run("plan", "plan-1"))
    environment["RUN"] = planned["run_id"]
    while planned["round"] is not None:
        cluster.run("round", f"round-{environment['ROUND']}")
        environment["ROUND"] = str(int(environment["ROUND"]) + 1)
        planned = json.loads(cluster.run("plan", f"plan-{environment['ROUND']}"))
    return json.loads(cluster.run("commit", "commit"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--partitions", type=int, default=4)
    parser.add_argument("--parallelism", type=int, default=4)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--hosts", type=int, default=150)
    parser.add_argument("--gap-ms", type=int, default=40)
    parser.add_argument("--port", type=int, default=18480)
    parser.add_argument("--store")
    parser.add_argument("--alone", action="store_true", help="one process too, and compare")
    args = parser.parse_args()
    work, binary = args.work.resolve(), args.binary.resolve()
    work.mkdir(parents=True, exist_ok=True)
    (work / "bin").mkdir(exist_ok=True)
    link = work / "bin" / "deklaro"
    if not link.exists():
        link.symlink_to(binary)
    web, control, flags = simulated_europe(binary, work, args.hosts, args.port)
    store = args.store or str(work / "shared")
    environment = dict(
        os.environ,
        PATH=f"{work / 'bin'}:{os.environ['PATH']}",
        DEKLARO_STORE=store,
        DEKLARO_WORK=str(work / "cache"),
        DEKLARO_CONFIG=str(configuration(work, args.gap_ms)),
        WEB=flags,
        PARTITIONS=str(args.partitions),
        PARALLELISM=str(args.parallelism),
    )
    try:
        cluster = Cluster(environment, args.kills)
        began = time.monotonic()
        outcome = month(cluster, "2026-11")
        took = time.monotonic() - began
        pause, pairs = smallest_pause(control)
        assert pause is not None and pause >= args.gap_ms - 1, f"a host was asked again after {pause} ms"
        print(
            f"{args.partitions} parts, {cluster.killed} killed, {cluster.restarted} restarted: {outcome['snapshot']} in {took:.1f} s; "
            f"smallest pause {pause:.1f} ms of {pairs} (gap {args.gap_ms} ms)"
        )
        if args.alone:
            alone = [str(binary), "--store", str(work / "alone"), "run", "--month", "2026-11", *flags.split()]
            began = time.monotonic()
            subprocess.run(alone, env=environment, check=True, capture_output=True)
            print(f"one process: {time.monotonic() - began:.1f} s")
    finally:
        web.send_signal(signal.SIGINT)
        web.wait()


if __name__ == "__main__":
    main()
