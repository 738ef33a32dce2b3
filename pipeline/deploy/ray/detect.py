"""Every stored page of a snapshot read again on Ray: the files of bodies are the blocks, the binary's stream mode reads them.

usage: detect.py --snapshot FOLDER --evidence FOLDER --out FOLDER [--binary deklaro] [--workers N]
"""

import argparse
import glob
import pathlib
import sys

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import ray

SPARK = pathlib.Path(__file__).resolve().parent.parent / "spark"
sys.path.insert(0, str(SPARK))

from through import through  # noqa: E402


def pages(snapshot, evidence):
    """What reading each page takes, besides its bytes."""
    connection = duckdb.connect()
    for name in ("fetches", "targets"):
        connection.execute(f"create view {name} as from read_parquet('{snapshot}/tables/{name}/*.parquet')")
    connection.execute(
        "create view bodies as select body_sha256, content_type, charset, null::blob as body "
        f"from read_parquet('{evidence}/*.parquet')"
    )
    table = connection.execute((SPARK / "pages.sql").read_text()).to_arrow_table()
    return table.drop_columns(["body"])


class Reader:
    """Reads the pages whose bytes are in a block."""

    def __init__(self, binary, pages):
        self.send = through(binary, "detect")
        self.pages = pages

    def __call__(self, bodies):
        hashes = bodies.column("body_sha256").combine_chunks()
        wanted = self.pages.filter(pc.is_in(self.pages.column("body_sha256"), value_set=hashes))
        place = pc.index_in(wanted.column("body_sha256"), value_set=hashes)
        rows = wanted.append_column("body", bodies.column("body").take(place))
        return pa.Table.from_batches(self.send(rows.to_batches(max_chunksize=64)))


def detect(snapshot, evidence, binary="deklaro", workers=2):
    """A dataset with a column per table, of which each row fills one."""
    files = sorted(glob.glob(f"{evidence}/*.parquet"))
    # A block is a file of bodies, at most some 8 MiB: a task takes the pages that need it.
    bodies = ray.data.read_parquet(files, override_num_blocks=len(files))
    known = ray.put(pages(snapshot, evidence))
    read = lambda block: Reader(binary, ray.get(known))(block)
    return bodies.map_batches(read, batch_size=None, batch_format="pyarrow", num_cpus=1, compute=ray.data.TaskPoolStrategy(size=workers))


def split(results):
    """The tables among the results, as Arrow tables."""
    tables = {}
    for reference in results.to_arrow_refs():
        block = ray.get(reference)
        for name in block.column_names:
            column = block.column(name).combine_chunks()
            rows = pa.Table.from_struct_array(column.filter(pc.is_valid(column)))
            tables.setdefault(name, []).append(rows)
    return {name: pa.concat_tables(blocks) for name, blocks in tables.items()}


def main():
    parser = argparse.ArgumentParser()
    for name in ("snapshot", "evidence", "out"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--binary", default="deklaro")
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args()
    for name, rows in split(detect(args.snapshot, args.evidence, args.binary, args.workers)).items():
        folder = pathlib.Path(args.out) / "tables" / name
        folder.mkdir(parents=True)
        pq.write_table(rows, folder / "part-00000.parquet", compression="zstd")


if __name__ == "__main__":
    main()
