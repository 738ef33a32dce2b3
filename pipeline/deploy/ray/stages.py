"""Deklaro's stages on Ray: `map_batches` through the binary's stream mode; where a stage needs several tables, Ray's own hash shuffle brings
together what belongs to one unit.

usage: stages.py detect --snapshot FOLDER --evidence FOLDER --out FOLDER [--binary deklaro] [--workers N]
"""

import argparse
import glob
import pathlib
import sys

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import ray

SPARK = pathlib.Path(__file__).resolve().parent.parent / "spark"
sys.path.insert(0, str(SPARK))

import through as stream  # noqa: E402
from units import IN_BOTH, IN_ONE, KEYS  # noqa: E402

# Workers get these with the functions they are sent, and need no copy of the files.
ray.cloudpickle.register_pickle_by_value(stream)
ray.cloudpickle.register_pickle_by_value(sys.modules[__name__])

# Blocks that units are shuffled into. A task holds one of them: take more for more rows.
BLOCKS = 4


def tables(snapshot, *names):
    """Tables of a snapshot, by name."""
    # The folder's name looks like a column; the files have it already.
    return {name: ray.data.read_parquet(f"{snapshot}/tables/{name}", partitioning=None) for name in names}


def stage(rows, binary, *args, prepare=lambda block: block, **options):
    """The rows through a stage: a column per table it writes, of which each row fills one. `prepare` makes the stage's rows of a block."""
    send = stream.through(binary, *args)

    def read(block):
        found = list(send(prepare(block).to_batches(max_chunksize=64)))
        return pa.Table.from_batches(found) if found else pa.table({})

    return rows.map_batches(read, batch_size=None, batch_format="pyarrow", **options)


def split(results):
    """The tables among a stage's results. They are kept in the object store: each table is a pass over them, the stage runs once."""
    results = results.materialize()

    def of(name):
        def rows(block):
            return pa.Table.from_struct_array(block[name].filter(pc.is_valid(block[name])))

        return results.map_batches(rows, batch_size=None, batch_format="pyarrow")

    return {name: of(name) for name in results.schema().names}


def spelled(kind):
    """The type without dictionaries: they differ from file to file."""
    if pa.types.is_dictionary(kind):
        return kind.value_type
    if pa.types.is_list(kind):
        return pa.list_(spelled(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([(field.name, spelled(field.type)) for field in kind.fields])
    return kind


def beside(keyed):
    """Rows of several tables in one dataset: the unit, and a column per table, of which each row fills one. {name: (table, key)}."""
    schemas = {name: rows.schema().base_schema for name, (rows, _) in keyed.items()}
    kinds = {name: spelled(pa.struct(list(schema))) for name, schema in schemas.items()}

    def of(name, rows, key):
        def row(block):
            with duckdb.connect(config={"threads": 1}) as connection:
                units = connection.from_arrow(block).project(f"{key} as unit").to_arrow_table()["unit"].cast(pa.string())
            whole = block.cast(pa.schema(kinds[name].fields)).to_struct_array()
            columns = {other: whole if other == name else pa.nulls(len(block), kind) for other, kind in kinds.items()}
            return pa.table({"unit": units, **columns})

        return rows.map_batches(row, batch_size=None, batch_format="pyarrow")

    first, *others = [of(name, rows, key) for name, (rows, key) in keyed.items()]
    return first.union(*others) if others else first


def lists(block):
    """The units of a block, which holds all rows of each: a list per table."""
    units = block["unit"].combine_chunks().dictionary_encode()
    codes, count = units.indices.to_numpy(), len(units.dictionary)
    columns = {}
    for name in block.column_names[1:]:
        rows = block[name].combine_chunks()
        places = np.flatnonzero(rows.is_valid().to_numpy(zero_copy_only=False))
        places = places[np.argsort(codes[places], kind="stable")]
        lengths = np.bincount(codes[places], minlength=count)
        offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
        columns[name] = pa.ListArray.from_arrays(offsets, rows.take(places))
    return pa.table(columns)


def united(stage_name, known, binary, *args, blocks=BLOCKS):
    """A stage over the units of several tables, by its key."""
    rows = beside({name: (rows, KEYS[stage_name]) for name, rows in known.items()}).repartition(blocks, keys=["unit"])
    return split(stage(rows, binary, stage_name, *args, prepare=lists))


def pages(snapshot, evidence):
    """What reading each page takes, besides its bytes."""
    connection = duckdb.connect()
    for name in ("fetches", "targets"):
        connection.execute(f"create view {name} as from read_parquet('{snapshot}/tables/{name}/*.parquet')")
    connection.execute(
        "create view bodies as select body_sha256, content_type, charset, null::blob as body "
        f"from read_parquet('{evidence}/*.parquet')"
    )
    table = connection.sql((SPARK / "pages.sql").read_text()).to_arrow_table()
    return table.drop_columns(["body"])


def detect(snapshot, evidence, binary="deklaro", workers=2):
    """Every stored page read again: readings and candidates."""
    files = sorted(glob.glob(f"{evidence}/*.parquet"))
    # A block is a file of bodies, at most some 8 MiB: a task takes the pages that need it.
    bodies = ray.data.read_parquet(files, override_num_blocks=len(files), partitioning=None)
    known = ray.put(pages(snapshot, evidence))

    def whole(bodies):
        pages, hashes = ray.get(known), bodies["body_sha256"].combine_chunks()
        wanted = pages.filter(pc.is_in(pages["body_sha256"], value_set=hashes))
        place = pc.index_in(wanted["body_sha256"], value_set=hashes)
        return wanted.append_column("body", bodies["body"].take(place))

    return split(stage(bodies, binary, "detect", prepare=whole, num_cpus=1, compute=ray.data.TaskPoolStrategy(size=workers)))


def verdicts(known, month, binary="deklaro"):
    """One verdict per target, from targets, fetches, readings and candidates."""
    return united("verdicts", known, binary, "--month", month)


def frontier(known, round_, binary="deklaro"):
    """What to fetch in a round: of targets for the first, of frontier, readings and candidates so far for a later one."""
    return united("frontier", known, binary, "--round", str(round_))


def targets(seeds, hosts, binary="deklaro"):
    """Hosts to visit, from the lists and last month's hosts."""
    return united("targets", {"seeds": seeds, "hosts": hosts}, binary)


def diff(statements, hosts, snapshot_id, binary="deklaro", blocks=BLOCKS):
    """Every host's state and what changed. A first shuffle shows which hosts are in both months, a second one brings a country's others together."""

    def moved(block):
        old, new = (pc.struct_field(block[name], "host_id") for name in ("hosts", "statements"))
        host = pc.coalesce(old, new)
        is_in_both = pc.and_(pc.is_in(host, value_set=old.drop_null()), pc.is_in(host, value_set=new.drop_null()))
        country = pc.coalesce(*(pc.struct_field(block[name], IN_ONE) for name in ("hosts", "statements")))
        return block.set_column(0, "unit", pc.if_else(is_in_both, block["unit"], country))

    rows = beside({"statements": (statements, IN_BOTH), "hosts": (hosts, IN_BOTH)}).repartition(blocks, keys=["unit"])
    rows = rows.map_batches(moved, batch_size=None, batch_format="pyarrow").repartition(blocks, keys=["unit"])
    return split(stage(rows, binary, "diff", "--snapshot", snapshot_id, prepare=lists))


def import_lists(workbooks, binary="deklaro"):
    """Workbooks to sources, seeds and rejects: rows of file_name, bytes, source_type and, where known, publisher,
    source_reference_url, country_code, map."""
    return split(stage(workbooks, binary, "import"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("stage", choices=["detect"])
    for name in ("snapshot", "evidence", "out"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--binary", default="deklaro")
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args()
    for name, rows in detect(args.snapshot, args.evidence, args.binary, args.workers).items():
        rows.write_parquet(f"{args.out}/{name}")


if __name__ == "__main__":
    main()
