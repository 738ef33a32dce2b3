"""Detection over a store's last snapshot by the binary's stream alone: what an engine's time is to be compared with.

usage: bare.py STORE BINARY
"""

import pathlib
import sys
import time

import duckdb

SPARK = pathlib.Path(__file__).resolve().parents[2] / "pipeline/deploy/spark"
sys.path.insert(0, str(SPARK))

from through import through  # noqa: E402


def main(store, binary):
    snapshot = sorted(path.parent for path in pathlib.Path(store).glob("snapshots/snapshot=*/manifest.json"))[-1]
    connection = duckdb.connect()
    places = {name: snapshot / "tables" / name for name in ("fetches", "targets")}
    places["bodies"] = pathlib.Path(store) / "evidence" / snapshot.name
    for name, place in places.items():
        connection.execute(f"create view {name} as from read_parquet('{place}/*.parquet')")
    began = time.monotonic()
    pages = connection.sql((SPARK / "pages.sql").read_text()).to_arrow_table()
    gathered = time.monotonic() - began
    found = sum(batch.num_rows for batch in through(binary, "detect")(pages.to_batches(max_chunksize=64)))
    took = time.monotonic() - began
    mb = pages["body"].nbytes / 1e6
    print(f"bare detect: {len(pages)} pages ({mb:.1f} MB), {found} rows; {took:.1f} s, {gathered:.1f} s of them to gather the pages")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
