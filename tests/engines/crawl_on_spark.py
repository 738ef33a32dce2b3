"""A month over a simulated Europe crawled by Spark, in file mode: the tables must be those of one process. With speculation on it refuses.

usage: crawl_on_spark.py BINARY WORK [HOSTS]
"""

import json
import os
import pathlib
import subprocess
import sys
import time

from europe import Europe, same_tables
from on_spark import CLUSTER, started

import stages

PARTITIONS = 2


def crawled(spark, europe, store, binary):
    """plan → rounds on Spark → commit."""
    shared = ["--store", str(store), "--config", str(europe.config)]

    def deklaro(*args):
        done = subprocess.run([binary, *args, *shared, "--json"], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        return json.loads(done.stdout)

    planned = deklaro("plan", "--month", "2026-11", "--partitions", str(PARTITIONS))
    run, rounds = planned["run_id"], 0
    while planned["round"] is not None:
        rounds = planned["round"]
        stages.crawl(spark, run, PARTITIONS, str(store), binary, ["--round", str(rounds), "--config", str(europe.config), *europe.flags])
        planned = deklaro("plan", "--run", run, "--round", str(rounds + 1))
    assert deklaro("commit", "--run", run)["snapshot"] == "2026-11.0"
    return rounds


def main(binary, work, hosts):
    with Europe(binary, work, hosts, port=18580) as europe:
        alone = europe.alone(dict(os.environ))
        europe.pauses_kept()
        spark, master = started([CLUSTER, "local[2]"])
        store, began = work / "shared", time.monotonic()
        rounds = crawled(spark, europe, store, binary)
        took = time.monotonic() - began
        print(
            f"spark crawl on {master}: {rounds} rounds in {PARTITIONS} parts, {took:.1f} s; {europe.pauses_kept()}; {same_tables(alone, store)}"
        )
        spark.stop()
        speculating, _ = started(["local[1]"], {"spark.speculation": "true"})
        try:
            stages.crawl(speculating, "2026-11-00000000", PARTITIONS, str(store), binary)
        except ValueError as refusal:
            print(f"spark crawl with speculation: refused, {refusal}")
        else:
            raise AssertionError("a crawl began although spark.speculation is on")
        finally:
            speculating.stop()
        assert not europe.asked("seen").strip(), "somebody was asked"


if __name__ == "__main__":
    main(sys.argv[1], pathlib.Path(sys.argv[2]).resolve(), int((sys.argv[3:] or ["100"])[0]))
