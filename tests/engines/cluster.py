"""Kubernetes Jobs as processes of this machine: their own commands, JOB_COMPLETION_INDEX set, retried by their own backoffLimitPerIndex and
podFailurePolicy."""

import random
import signal
import subprocess


class JobFailed(RuntimeError):
    """A Job that did not complete."""


class Cluster:
    """Runs Jobs. Pods of an Indexed Job are killed now and then, as often as `kills` says."""

    def __init__(self, environment, kills=0, seed=1):
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

    def ended(self, name, index, code, out, err):
        """Told of every pod that ended."""

    def action(self, job, code):
        """What the Job's podFailurePolicy says of this exit code; a kill by the kernel or the cluster is a disruption."""
        if code < 0:
            return "Ignore"
        for rule in job["spec"]["podFailurePolicy"]["rules"]:
            codes = rule.get("onExitCodes")
            if codes and (code in codes["values"]) == (codes["operator"] == "In"):
                return rule["action"]
        return "Count"

    def run(self, job):
        """Runs a Job to its end; what the last pod of the first index wrote."""
        spec, name = job["spec"], job["metadata"]["name"]
        is_indexed = spec.get("completionMode") == "Indexed"
        indices = list(range(spec["completions"])) if is_indexed else [None]
        waiting, running, failures = list(indices), {}, dict.fromkeys(indices, 0)
        limit = spec.get("backoffLimitPerIndex", spec.get("backoffLimit", 6))
        output = {}
        while waiting or running:
            while waiting and len(running) < spec.get("parallelism", 1):
                index = waiting.pop(0)
                running[index] = self.start(job, index)
            if is_indexed and self.kills > 0 and len(running) > 1 and self.draw.random() < 0.2:
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
                self.ended(name, index, pod.returncode, out, err)
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
