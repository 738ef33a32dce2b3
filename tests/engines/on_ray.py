"""Detection on Ray over a store's last snapshot: the rows must be the snapshot's own.

usage: on_ray.py STORE BINARY
"""

import json
import os
import pathlib
import sys
import time

os.environ.setdefault("RAY_DISABLE_IMPORT_WARNING", "1")
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")

import pyarrow as pa
import pyarrow.dataset
import ray

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "pipeline/deploy/ray"))

import detect  # noqa: E402


def rows(table, schema):
    """The rows as texts, sorted, in the columns of this schema."""
    return sorted(json.dumps(row, default=str, sort_keys=True) for row in table.select(schema.names).to_pylist())


def main(store, binary):
    snapshot = sorted(path.parent for path in pathlib.Path(store).glob("snapshots/snapshot=*/manifest.json"))[-1]
    evidence = pathlib.Path(store) / "evidence" / snapshot.name
    paths = [str(pathlib.Path(detect.__file__).parent), str(detect.SPARK)]
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, runtime_env={"env_vars": {"PYTHONPATH": ":".join(paths)}})
    ray.data.DataContext.get_current().enable_progress_bars = False
    began = time.monotonic()
    found = detect.split(detect.detect(str(snapshot), str(evidence), binary))
    took = time.monotonic() - began
    for name in ("readings", "candidates"):
        own = pyarrow.dataset.dataset(snapshot / "tables" / name).to_table()
        # Codes are dictionaries in the files and plain text in a stream.
        expected, got = rows(own, own.schema), rows(found[name], own.schema)
        assert expected and expected == got, f"{name}: {len(got)} rows, expected {len(expected)}"
        print(f"ray detect: {name} {len(got)} rows, the same; {took:.1f} s")
    ray.shutdown()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
