"""One of the Jobs of 21-indexed-job.yaml, ready to run: render.py plan|round|commit NAME, with MONTH, RUN, ROUND, PARTITIONS, PARALLELISM set."""

import os
import pathlib
import sys

import yaml

FILE = pathlib.Path(__file__).with_name("21-indexed-job.yaml")


def rendered(kind, name, environment):
    """The Job of this kind under this name, its settings filled in."""
    jobs = {job["metadata"]["name"]: job for job in yaml.safe_load_all(FILE.read_text())}
    job = jobs[f"deklaro-{kind}"]
    job["metadata"]["name"] = name
    spec = job["spec"]
    spec["suspend"] = False
    if kind == "round":
        spec["completions"] = int(environment["PARTITIONS"])
        spec["parallelism"] = int(environment.get("PARALLELISM", spec["parallelism"]))
    for setting in spec["template"]["spec"]["containers"][0]["env"]:
        setting["value"] = environment.get(setting["name"], setting["value"])
    return job


if __name__ == "__main__":
    yaml.safe_dump(rendered(sys.argv[1], sys.argv[2], os.environ), sys.stdout, sort_keys=False)
