"""The Jobs of pipeline/deploy/kubernetes/21-indexed-job.yaml, executed on this machine: a month over a simulated Europe whose tables must be those of one
process. Some workers are killed on the way.

usage: indexed.py --binary PATH --work FOLDER [--ways folder bucket script] [--partitions N] [--parallelism N] [--kills N] [--hosts N] [--gap-ms MS]
ways: folder: a store in a folder; bucket: in MiniStack; script: month.sh itself, with a kubectl that has no cluster
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import time

KUBERNETES = pathlib.Path(__file__).resolve().parents[2] / "pipeline/deploy/kubernetes"
sys.path.insert(0, str(KUBERNETES))

from bucket import NAME, Bucket  # noqa: E402
from cluster import Cluster  # noqa: E402
from europe import Europe, same_tables  # noqa: E402
from render import rendered  # noqa: E402

MONTH = "2026-11"


def month(cluster):
    """plan → rounds → commit; the snapshot."""
    environment = cluster.environment
    environment.update(MONTH=MONTH, RUN="", ROUND="1")
    run = lambda kind: cluster.run(rendered(kind, f"{kind}-{environment['ROUND']}", environment))
    planned = json.loads(run("plan"))
    environment["RUN"] = planned["run_id"]
    while planned["round"] is not None:
        run("round")
        environment["ROUND"] = str(int(environment["ROUND"]) + 1)
        planned = json.loads(run("plan"))
    return json.loads(run("commit"))


def worked(environment, kills, what):
    """A month by the Jobs; what there is to say of it."""
    cluster = Cluster(environment, kills)
    began = time.monotonic()
    outcome = month(cluster)
    took = time.monotonic() - began
    return f"{what}: {cluster.killed} killed, {cluster.restarted} restarted: {outcome['snapshot']} in {took:.1f} s"


def in_folder(environment, work, kills):
    store = work / "folder"
    said = worked(dict(environment, DEKLARO_STORE=str(store), DEKLARO_WORK=str(work / "folder-work")), kills, "a folder")
    return store, said


def in_bucket(environment, work, kills):
    with (work / "ministack.log").open("w") as log, Bucket(log) as bucket:
        settings = dict(bucket.settings, DEKLARO_STORE=f"s3://{NAME}/month", DEKLARO_WORK=str(work / "bucket-work"))
        said = worked(dict(environment, **settings), kills, "a bucket")
        asked = ", ".join(f"{count} {kind}" for kind, count in sorted(bucket.asked().items()))
        return bucket.copied("month", work / "bucket"), f"{said}; requests to S3: {asked}"


def in_script(environment, work, kills):
    """month.sh with a kubectl that runs Jobs as processes; the first pod of each Job is killed."""
    store, state = work / "script", work / "kubectl"
    state.mkdir()
    (work / "bin" / "kubectl").symlink_to(pathlib.Path(__file__).with_name("kubectl.py").resolve())
    environment = dict(environment, DEKLARO_STORE=str(store), DEKLARO_WORK=str(work / "script-work"), KUBECTL_STATE=str(state))
    environment["DEKLARO_LOG_FORMAT"] = "json"
    command = ["sh", KUBERNETES / "month.sh", MONTH, environment["PARTITIONS"], environment["PARALLELISM"]]
    wrong = subprocess.run(command, env=dict(environment, DEKLARO_CONFIG="/nowhere.toml"), capture_output=True, text=True)
    assert wrong.returncode == 1 and "failed: kubectl" in wrong.stderr, wrong
    began = time.monotonic()
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    took = time.monotonic() - began
    assert done.returncode == 0, f"month.sh: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    assert f'"snapshot":"{MONTH}.0"' in done.stdout.replace(" ", ""), done.stdout
    return store, f"month.sh: every Job's first pod killed: {took:.1f} s"


WAYS = {"folder": in_folder, "bucket": in_bucket, "script": in_script}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=["folder"])
    parser.add_argument("--partitions", type=int, default=4)
    parser.add_argument("--parallelism", type=int, default=4)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--hosts", type=int, default=150)
    parser.add_argument("--gap-ms", type=int, default=40)
    parser.add_argument("--port", type=int, default=18480)
    args = parser.parse_args()
    work, binary = args.work.resolve(), args.binary.resolve()
    (work / "bin").mkdir(parents=True, exist_ok=True)
    (work / "bin" / "deklaro").symlink_to(binary)
    with Europe(binary, work, args.hosts, args.port, args.gap_ms) as europe:
        environment = dict(
            os.environ,
            PATH=f"{work / 'bin'}:{pathlib.Path(sys.executable).parent}:{os.environ['PATH']}",
            DEKLARO_CONFIG=str(europe.config),
            WEB=" ".join(europe.flags),
            PARTITIONS=str(args.partitions),
            PARALLELISM=str(args.parallelism),
        )
        alone = europe.alone(environment)
        europe.pauses_kept()
        for way in args.ways:
            store, said = WAYS[way](environment, work, args.kills)
            print(f"{args.partitions} parts in {said}; {europe.pauses_kept()}; {same_tables(alone, store)}")


if __name__ == "__main__":
    main()
