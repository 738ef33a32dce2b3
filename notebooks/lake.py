"""Opens a Deklaro store for the notebooks: a folder with `snapshots/` in it, read with DuckDB and nothing else."""

import json
import os
import pathlib

import duckdb


class Lake:
    """The snapshots of a store, oldest first, and a DuckDB connection with the macro `snap(root, table)`."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        manifests = [path.parent for path in self.root.glob("snapshots/snapshot=*/manifest.json")]
        order = lambda folder: [int(number) for number in folder.name.removeprefix("snapshot=").replace("-", ".").split(".")]
        self.folders = {folder.name.removeprefix("snapshot="): folder for folder in sorted(manifests, key=order)}
        if not self.folders:
            raise SystemExit(f"no snapshot in {root}: give the store's folder as DEKLARO_STORE or after `-- --store`")
        self.snapshots = list(self.folders)
        self.sql = duckdb.connect()
        catalog = (self.folders[self.snapshots[-1]] / "catalog.sql").read_text()
        self.sql.execute(catalog.split("CREATE OR REPLACE VIEW")[0])

    def table(self, snapshot, name):
        """A table of a snapshot, to stand after FROM."""
        return f"snap('{self.folders[snapshot]}', '{name}')"

    def everywhere(self, name):
        """A table of all snapshots under each other, with the snapshot as a column."""
        one = lambda snapshot: f"SELECT '{snapshot}' AS snapshot_id, * FROM {self.table(snapshot, name)}"
        return "(" + " UNION ALL BY NAME ".join(one(snapshot) for snapshot in self.snapshots) + ")"

    def frame(self, query):
        """The answer as a Polars frame."""
        return self.sql.sql(query).pl()

    def summary(self, snapshot):
        """The key figures as published."""
        return json.loads((self.folders[snapshot] / "reports/summary.json").read_text())


def open_lake(arguments):
    """The store named after `--`, else by the environment, else the demo's."""
    return Lake(arguments.get("store") or os.environ.get("DEKLARO_STORE") or "data/lake")
