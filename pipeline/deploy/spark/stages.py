"""Deklaro's stages as Spark jobs, each a few lines: tables in, the binary's stream mode in between, tables out.

usage: spark-submit --py-files through.py,units.py stages.py detect --snapshot URL --evidence URL --out URL [--binary deklaro]
       spark-submit --py-files through.py,units.py stages.py targets|frontier|verdicts|diff --tables URL --last URL --out URL
         [--round K] [--month M] [--snapshot S]
       spark-submit --py-files through.py,units.py --conf spark.speculation=false stages.py crawl --run RUN --round K --partitions N --store URL
"""

import argparse
import pathlib
import subprocess

from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_schema
from pyspark.storagelevel import StorageLevel

from through import StageFailed, result_schema, through
from units import IN_BOTH, IN_ONE, KEYS

# Stages made from tables; the others are made from pages, workbooks or the web.
OVER_TABLES = ("targets", "frontier", "verdicts", "diff")
PAGES = pathlib.Path(__file__).with_name("pages.sql")


def stage(rows, binary, *args):
    """The rows through a stage: a column per table it writes, of which each row fills one."""
    results = from_arrow_schema(result_schema(binary, to_arrow_schema(rows.schema), *args), prefer_timestamp_ntz=True)
    return rows.mapInArrow(through(binary, *args), results)


def split(results):
    """The tables among a stage's results. They are kept on disk: each table is a pass over them, the stage runs once."""
    results = results.persist(StorageLevel.DISK_ONLY)
    return {name: results.where(F.col(name).isNotNull()).select(f"{name}.*") for name in results.columns}


def tables(spark, snapshot, *names):
    """Tables of a snapshot, by name."""
    return {name: spark.read.parquet(f"{snapshot}/tables/{name}") for name in names}


def units(keyed):
    """Rows of several tables as lists beside each other, one row per value of their column `unit`."""
    whole = None
    for name, rows in keyed.items():
        columns = [column for column in rows.columns if column != "unit"]
        lists = rows.groupBy("unit").agg(F.collect_list(F.struct(*columns)).alias(name))
        whole = lists if whole is None else whole.join(lists, "unit", "full")
    return whole.select(*keyed)


def united(stage_name, known, binary, *args):
    """A stage over the units of several tables, by its key."""
    keyed = {name: rows.withColumn("unit", F.expr(KEYS[stage_name])) for name, rows in known.items()}
    return split(stage(units(keyed), binary, stage_name, *args))


def detect(spark, snapshot, evidence, binary="deklaro"):
    """Every stored page read again: readings and candidates."""
    for name, rows in tables(spark, snapshot, "fetches", "targets").items():
        rows.createOrReplaceTempView(name)
    spark.read.parquet(evidence).createOrReplaceTempView("bodies")
    return split(stage(spark.sql(PAGES.read_text()), binary, "detect"))


def verdicts(known, month, binary="deklaro"):
    """One verdict per target, from targets, fetches, readings and candidates."""
    return united("verdicts", known, binary, "--month", month)


def frontier(known, round_, binary="deklaro"):
    """What to fetch in a round: of targets for the first, of frontier, readings and candidates so far for a later one."""
    return united("frontier", known, binary, "--round", str(round_))


def targets(seeds, hosts, binary="deklaro"):
    """Hosts to visit, from the lists and last month's hosts."""
    return united("targets", {"seeds": seeds, "hosts": hosts}, binary)


def diff(statements, hosts, snapshot_id, binary="deklaro"):
    """Every host's state and what changed."""
    both = statements.select("host_id").intersect(hosts.select("host_id")).withColumn("is_in_both", F.lit(True))
    unit = F.when(F.col("is_in_both"), F.expr(IN_BOTH)).otherwise(F.expr(IN_ONE))
    of = lambda rows: rows.join(both, "host_id", "left").withColumn("unit", unit).drop("is_in_both")
    return split(stage(units({"statements": of(statements), "hosts": of(hosts)}), binary, "diff", "--snapshot", snapshot_id))


def over_folders(spark, stage_name, folders, last, binary="deklaro", month=None, round_=None, snapshot=None):
    """A stage over the folders that `deklaro exec STAGE --tables FOLDER --last FOLDER` takes, for tables one machine cannot hold."""
    of = lambda root, *names: {name: spark.read.parquet(f"{root}/{name}") for name in names}
    if stage_name == "targets":
        return targets(**of(folders, "seeds"), **of(last, "hosts"), binary=binary)
    if stage_name == "diff":
        return diff(**of(folders, "statements"), **of(last, "hosts"), snapshot_id=snapshot, binary=binary)
    if stage_name == "verdicts":
        return verdicts(of(folders, "targets", "fetches", "readings", "candidates"), month, binary)
    names = ("targets",) if int(round_) == 1 else ("frontier", "readings", "candidates")
    return frontier(of(folders, *names), round_, binary)


def import_lists(workbooks, binary="deklaro"):
    """Workbooks to sources, seeds and rejects: rows of file_name, bytes, source_type and, where known, publisher,
    source_reference_url, country_code, map."""
    return split(stage(workbooks, binary, "import"))


def crawl(spark, run, partitions, store, binary="deklaro", more=()):
    """A round of a planned run, a task a part, in file mode: what is fetched goes to the store, and nothing through Spark. Speculation
    must be off: a second copy of a task would ask the same servers at the same time; the part's lease refuses it anyway."""
    if spark.conf.get("spark.speculation", "false").lower() != "false":
        raise ValueError("spark.speculation is on: two copies of a task would crawl the same sites")

    def part(index):
        args = ["crawl", "--run", run, "--partition", f"{index}/{partitions}", *more]
        done = subprocess.run([binary, "--store", store, "exec", *args])
        if done.returncode != 0:
            raise StageFailed(args, done.returncode)

    spark.sparkContext.parallelize(range(partitions), partitions).foreach(part)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("stage", choices=["detect", "crawl", *OVER_TABLES])
    for name in ("tables", "last", "month", "snapshot", "evidence", "out", "run", "round", "store"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--partitions", type=int, default=1)
    parser.add_argument("--binary", default="deklaro")
    args = parser.parse_args()
    # Bodies are large: few rows a batch keep a task's memory near 64 MB.
    spark = SparkSession.builder.config("spark.sql.execution.arrow.maxRecordsPerBatch", "64").getOrCreate()
    if args.stage == "crawl":
        crawl(spark, args.run, args.partitions, args.store, args.binary, ["--round", args.round] if args.round else [])
        return
    if args.stage in OVER_TABLES:
        more = {"month": args.month, "round_": args.round, "snapshot": args.snapshot}
        written = over_folders(spark, args.stage, args.tables, args.last, args.binary, **more)
    else:
        written = detect(spark, args.snapshot, args.evidence, args.binary)
    for name, rows in written.items():
        rows.write.mode("errorifexists").parquet(f"{args.out}/{name}")


if __name__ == "__main__":
    main()
