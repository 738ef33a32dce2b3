#!/usr/bin/env python3
"""A kubectl with no cluster behind it, for month.sh: creates Jobs as processes, in the background, and answers the few calls that script makes. The first pod
of each Job and index is killed at once, as a cluster that takes a node away would.

Its state is in the folder KUBECTL_STATE: a file per Job with its condition, and its pods with what they wrote, stdout and stderr together."""

import json
import os
import pathlib
import subprocess
import sys
import time

import yaml

from cluster import Cluster, JobFailed

STATE = pathlib.Path(os.environ["KUBECTL_STATE"])
# A wait that asks for a minute is told sooner, so that the script's loop is gone through.
PATIENCE = 1.0


class Unlucky(Cluster):
    """Kills the first pod of each index."""

    def __init__(self, environment):
        super().__init__(environment)
        self.pods, self.seen = [], set()

    def start(self, job, index):
        pod = super().start(job, index)
        if index not in self.seen:
            self.seen.add(index)
            pod.kill()
        return pod

    def ended(self, name, index, code, out, err):
        phase = "Succeeded" if code == 0 else "Failed"
        # What a container writes to stderr is in the same log as its stdout.
        self.pods.append({"name": f"{name}-{len(self.pods)}", "phase": phase, "log": err + out})


def write(name, condition, pods=()):
    file = STATE / f"{name}.json"
    file.with_suffix(".new").write_text(json.dumps({"condition": condition, "pods": list(pods)}))
    file.with_suffix(".new").rename(file)


def read(name):
    return json.loads((STATE / f"{name}.json").read_text())


def create():
    job = yaml.safe_load(sys.stdin)
    name = job["metadata"]["name"]
    if (STATE / f"{name}.json").exists():
        raise SystemExit(f'Error from server (AlreadyExists): jobs.batch "{name}" already exists')
    assert job["metadata"]["namespace"] == "deklaro" and not job["spec"]["suspend"], job["spec"]
    write(name, "running")
    (STATE / f"{name}.yaml").write_text(yaml.safe_dump(job))
    with (STATE / f"{name}.err").open("w") as log:
        subprocess.Popen([sys.executable, __file__, "controller", name], stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    print(f"job.batch/{name} created")


def controller(name):
    """The Job itself, in the background."""
    cluster = Unlucky(dict(os.environ))
    try:
        cluster.run(yaml.safe_load((STATE / f"{name}.yaml").read_text()))
        condition = "complete"
    except JobFailed:
        condition = "failed"
    write(name, condition, cluster.pods)


def wait(condition, name, seconds):
    until = time.monotonic() + min(seconds, PATIENCE)
    while read(name)["condition"] != condition:
        if time.monotonic() > until:
            raise SystemExit(f"error: timed out waiting for the condition on jobs/{name}")
        time.sleep(0.02)
    print(f"job.batch/{name} condition met")


def pods(name, phase):
    for pod in read(name)["pods"]:
        if pod["phase"] == phase:
            print(f"pod/{pod['name']}")


def logs(what, name):
    """A pod's log; of a Job, its first pod's."""
    if what == "job":
        found = read(name)["pods"][:1]
    else:
        found = [pod for pod in read(name.rsplit("-", 1)[0])["pods"] if pod["name"] == name]
    print(found[0]["log"], end="")


def main(arguments):
    match [argument for argument in arguments if argument not in ("-n", "deklaro")]:
        case ["create", "-f", "-"]:
            create()
        case ["controller", name]:
            controller(name)
        case ["wait", condition, job, timeout]:
            wait(condition.removeprefix("--for=condition="), job.removeprefix("job/"), float(timeout.removeprefix("--timeout=").removesuffix("s")))
        case ["get", "pods", "-l", label, phase, "-o", "name"]:
            pods(label.removeprefix("batch.kubernetes.io/job-name="), phase.removeprefix("--field-selector=status.phase="))
        case ["logs", of, "--container", "run"]:
            logs(*of.split("/"))
        case _:
            raise SystemExit(f"kubectl without a cluster does not know: {' '.join(arguments)}")


main(sys.argv[1:])
