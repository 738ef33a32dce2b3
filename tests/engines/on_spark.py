"""Every stage on Spark over a store's last snapshot: the rows must be the snapshot's own.

usage: on_spark.py STORE BINARY [MASTER]; masters tried where none is given: local-cluster[2,1,1024], then local[2]
"""

import json
import os
import pathlib
import sys
import time
import tomllib

import pyspark
from pyspark.sql import SparkSession

ROOT = pathlib.Path(__file__).resolve().parents[2]
SPARK = ROOT / "pipeline/deploy/spark"
sys.path.insert(0, str(SPARK))
os.environ.setdefault("SPARK_HOME", os.path.dirname(pyspark.__file__))
os.environ.setdefault("PYSPARK_PYTHON", sys.executable)

import stages  # noqa: E402

CLUSTER = "local-cluster[2,1,1024]"


def session(master, more):
    builder = SparkSession.builder.master(master).appName("deklaro").config("spark.ui.enabled", "false")
    for name, value in {
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "64",
        "spark.sql.shuffle.partitions": "4",
        "spark.speculation": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.executorEnv.PYSPARK_PYTHON": sys.executable,
        **more,
    }.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    for name in ("through.py", "units.py", "stages.py"):
        spark.sparkContext.addPyFile(str(SPARK / name))
    spark.sparkContext.parallelize(range(2), 2).count()
    return spark


def started(masters, more={}):
    """A session on the first of these that comes up, with further settings."""
    for master in masters:
        try:
            return session(master, more), master
        except Exception as error:
            print(f"spark on {master} does not start: {type(error).__name__}")
    raise SystemExit("no Spark")


def same(name, found, expected):
    """Both have the same rows, however often each."""
    found = found.select(*expected.columns)
    lacks, has = expected.exceptAll(found).count(), found.exceptAll(expected).count()
    rows = expected.count()
    assert (lacks, has) == (0, 0), f"{name}: {lacks} of {rows} rows lack, {has} are others"
    assert rows > 0 or name == "changes", f"{name} has no row"
    return rows


def workbooks(spark):
    """The demo's lists as rows."""
    sources = tomllib.loads((ROOT / "data/demo/sources.toml").read_text())["source"]
    rows = [
        (
            source["file"],
            (ROOT / "data/demo" / source["file"]).read_bytes(),
            source["source_type"],
            source.get("publisher"),
            source.get("source_reference_url"),
            source.get("country"),
        )
        for source in sources
    ]
    schema = "file_name string, bytes binary, source_type string, publisher string, source_reference_url string, country_code string"
    return spark.createDataFrame(rows, schema)


def identity(snapshot):
    return json.loads((snapshot / "manifest.json").read_text())["snapshot"]


def main(store, binary, masters):
    snapshots = sorted(path.parent for path in pathlib.Path(store).glob("snapshots/snapshot=*/manifest.json"))
    snapshot, last, first = snapshots[-1], snapshots[-2], snapshots[-3]
    snapshot_id = identity(snapshot)
    evidence = pathlib.Path(store) / "evidence" / f"snapshot={snapshot_id}"
    began = time.monotonic()
    spark, master = started(masters)
    print(f"spark is up after {time.monotonic() - began:.1f} s")
    names = ["sources", "seeds", "seed_rejects", "targets", "frontier", "fetches", "readings", "candidates", "statements", "hosts", "changes"]
    own = stages.tables(spark, str(snapshot), *names)
    # From the first month to the second, a host of the demo goes on under another name.
    second = stages.tables(spark, str(last), "statements", "hosts", "changes")
    earliest = stages.tables(spark, str(first), "hosts")["hosts"]
    until = lambda name, round_: own[name].where(f"round < {round_}")
    known = lambda round_: {name: until(name, round_) for name in ("frontier", "readings", "candidates")}
    month = snapshot_id.split(".")[0]
    over_folders = lambda name, **more: stages.over_folders(spark, name, f"{snapshot}/tables", f"{last}/tables", binary, **more)
    runs = {
        "detect": lambda: stages.detect(spark, str(snapshot), str(evidence), binary),
        "verdicts": lambda: over_folders("verdicts", month=month),
        "frontier 1": lambda: over_folders("frontier", round_=1),
        "frontier 2": lambda: stages.frontier(known(2), 2, binary),
        "targets": lambda: over_folders("targets"),
        "diff": lambda: over_folders("diff", snapshot=snapshot_id),
        "diff with a rename": lambda: stages.diff(second["statements"], earliest, identity(last), binary),
        "import": lambda: stages.import_lists(workbooks(spark), binary),
    }
    assert second["changes"].where("change_type = 'host_renamed'").count() > 0
    for name, run in runs.items():
        began = time.monotonic()
        found, counted = run(), []
        for rows in found.values():
            rows.count()
        took = time.monotonic() - began
        for table, rows in found.items():
            expected = (second if "rename" in name else own).get(table)
            if expected is None:
                continue
            if name.startswith("frontier"):
                expected = expected.where(f"round = {name[-1]}")
            counted.append(f"{table} {same(table, rows, expected)}")
        print(f"spark {name} on {master}: {', '.join(counted)} rows, the same; {took:.1f} s, with comparison {time.monotonic() - began:.1f} s")
    spark.stop()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:] or [CLUSTER, "local[2]"])
