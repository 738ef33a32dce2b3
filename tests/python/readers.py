"""Reads every table of a store's snapshots with several programs: all must count the rows the manifest names.

usage: readers.py STORE
"""

import glob
import json
import os
import pathlib
import shutil
import sys

import duckdb
import polars
import pyarrow.dataset


def with_duckdb(folder, tables):
    """Counts through catalog.sql, as the snapshot's README says."""
    here = os.getcwd()
    os.chdir(folder)
    try:
        connection = duckdb.connect()
        connection.execute(pathlib.Path("catalog.sql").read_text())
        counts = {name: connection.execute(f"select count(*) from {name}").fetchone()[0] for name in tables}
        for name in tables:
            if glob.glob(f"tables/{name}/*.parquet"):
                by_macro = connection.execute(f"select count(*) from snap('.', '{name}')").fetchone()[0]
                assert by_macro == counts[name], f"snap('.', '{name}') has {by_macro} rows"
        bare = connection.execute(
            "select table_name, column_name from duckdb_columns() where comment is null and not internal"
        ).fetchall()
        assert not bare, f"columns without a comment: {bare}"
        checked = connection.execute(pathlib.Path("verify.sql").read_text()).fetchall()
        assert not checked, f"verify.sql names {checked}"
        return counts
    finally:
        os.chdir(here)


def with_polars(folder, tables):
    """Counts with Polars' own Parquet reader."""
    read = lambda files: polars.scan_parquet(files).select(polars.len()).collect().item()
    return {name: read(files) for name, files in tables.items()}


def with_pyarrow(folder, tables):
    """Counts with Arrow's reader, decoding every column."""
    return {name: pyarrow.dataset.dataset(files).to_table().num_rows for name, files in tables.items()}


def with_spark(folder, tables):
    """Counts with Spark; None where it is not installed."""
    if shutil.which("java") is None:
        return "no java"
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        return "no pyspark"
    builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    spark = builder.config("spark.ui.showConsoleProgress", "false").getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    return {name: spark.read.parquet(*files).count() for name, files in tables.items()}


def main(store):
    snapshots = sorted(glob.glob(f"{store}/snapshots/snapshot=*/manifest.json"))
    assert snapshots, f"no snapshot in {store}"
    for path in snapshots:
        folder = os.path.dirname(path)
        manifest = json.loads(pathlib.Path(path).read_text())
        expected, tables = {}, {}
        for file in manifest["files"]:
            if file["table"]:
                expected[file["table"]] = expected.get(file["table"], 0) + file["row_count"]
                tables.setdefault(file["table"], []).append(os.path.normpath(os.path.join(folder, file["path"])))
        for reader in (with_duckdb, with_polars, with_pyarrow, with_spark):
            name = reader.__name__.removeprefix("with_")
            counts = reader(folder, tables)
            if isinstance(counts, str):
                assert os.environ.get("DEKLARO_TEST_ALL") != "1", f"missing: {name} ({counts})"
                print(f"ignored: {name} ({counts})")
                continue
            different = {table: (counts[table], rows) for table, rows in expected.items() if counts[table] != rows}
            assert not different, f"{folder} with {name}: {different}"
            print(f"{manifest['snapshot']}: {name} counts {sum(counts.values())} rows in {len(counts)} tables")
    several = duckdb.connect()
    several.execute(pathlib.Path(os.path.dirname(snapshots[-1]), "catalog.sql").read_text().split("CREATE OR REPLACE VIEW")[0])
    rows = several.execute(f"select count(*) from snap('{store}/snapshots/snapshot=*', 'hosts')").fetchone()[0]
    assert rows > 0
    print(f"snap over all snapshots: {rows} hosts")


if __name__ == "__main__":
    main(sys.argv[1])
