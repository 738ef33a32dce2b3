"""Every stage on Ray over a store's last snapshot: the rows must be the snapshot's own.

usage: on_ray.py STORE BINARY
"""

import json
import os
import pathlib
import sys
import time
import tomllib

os.environ.setdefault("RAY_DISABLE_IMPORT_WARNING", "1")
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset
import ray
from ray.data.expressions import col

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "pipeline/deploy/ray"))

import stages  # noqa: E402


def texts(table, schema):
    """The rows as texts, sorted, in the columns of this schema."""
    return sorted(json.dumps(row, default=str, sort_keys=True) for row in table.select(schema.names).to_pylist())


def collected(dataset):
    """A dataset as one Arrow table."""
    blocks = [ray.get(reference) for reference in dataset.to_arrow_refs()]
    return pa.concat_tables([block for block in blocks if block.num_rows > 0] or blocks[:1])


def same(name, found, expected):
    """Both have the same rows, however often each."""
    # Codes are dictionaries in the files and plain text in a stream.
    wanted, got = texts(expected, expected.schema), texts(found, expected.schema) if found.num_rows > 0 else []
    differing = next((pair for pair in zip(wanted, got) if pair[0] != pair[1]), None)
    assert wanted == got, f"{name}: {len(got)} rows, expected {len(wanted)}: {differing}"
    assert wanted or name == "changes", f"{name} has no row"
    return len(wanted)


def workbooks():
    """The demo's lists as rows."""
    sources = tomllib.loads((ROOT / "data/demo/sources.toml").read_text())["source"]
    rows = [
        {
            "file_name": source["file"],
            "bytes": (ROOT / "data/demo" / source["file"]).read_bytes(),
            "source_type": source["source_type"],
            "publisher": source.get("publisher"),
            "source_reference_url": source.get("source_reference_url"),
            "country_code": source.get("country"),
        }
        for source in sources
    ]
    return ray.data.from_arrow(pa.Table.from_pylist(rows)).repartition(2)


def identity(snapshot):
    return json.loads((snapshot / "manifest.json").read_text())["snapshot"]


def main(store, binary):
    snapshots = sorted(path.parent for path in pathlib.Path(store).glob("snapshots/snapshot=*/manifest.json"))
    snapshot, last, first = snapshots[-1], snapshots[-2], snapshots[-3]
    snapshot_id = identity(snapshot)
    evidence = pathlib.Path(store) / "evidence" / snapshot.name
    began = time.monotonic()
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    ray.data.DataContext.get_current().enable_progress_bars = False
    print(f"ray is up after {time.monotonic() - began:.1f} s")
    own = stages.tables(str(snapshot), "seeds", "targets", "frontier", "fetches", "readings", "candidates", "statements")
    # From the first month to the second, a host of the demo goes on under another name.
    second = stages.tables(str(last), "statements", "hosts")
    before, earliest = second["hosts"], stages.tables(str(first), "hosts")["hosts"]
    until = lambda round_: {name: own[name].filter(expr=col("round") < round_) for name in ("frontier", "readings", "candidates")}
    runs = {
        "detect": lambda: stages.detect(str(snapshot), str(evidence), binary),
        "verdicts": lambda: stages.verdicts(
            {name: own[name] for name in ("targets", "fetches", "readings", "candidates")}, snapshot_id.split(".")[0], binary
        ),
        "frontier 1": lambda: stages.frontier({"targets": own["targets"]}, 1, binary),
        "frontier 2": lambda: stages.frontier(until(2), 2, binary),
        "targets": lambda: stages.targets(own["seeds"], before, binary),
        "diff": lambda: stages.diff(own["statements"], before, snapshot_id, binary),
        "diff with a rename": lambda: stages.diff(second["statements"], earliest, identity(last), binary),
        "import": lambda: stages.import_lists(workbooks(), binary),
    }
    for name, run in runs.items():
        began = time.monotonic()
        found = {table: collected(rows) for table, rows in run().items()}
        took = time.monotonic() - began
        counted = []
        if "rename" in name:
            assert "host_renamed" in found["changes"]["change_type"].to_pylist()
        for table, rows in found.items():
            place = (last if "rename" in name else snapshot) / "tables" / table
            if not place.is_dir():
                continue
            expected = pyarrow.dataset.dataset(place).to_table()
            if name.startswith("frontier"):
                expected = expected.filter(pc.field("round") == int(name[-1]))
            counted.append(f"{table} {same(table, rows, expected)}")
        assert counted, f"{name} gave no table of the snapshot"
        print(f"ray {name}: {', '.join(counted)} rows, the same; {took:.1f} s")
    ray.shutdown()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
