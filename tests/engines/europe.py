"""A simulated Europe on loopback that the engines crawl, and what a month over it must be, whoever did it."""

import csv
import json
import pathlib
import signal
import subprocess
import time
import urllib.request

import duckdb


class Europe:
    """A simulated web as a process of its own, with a list of its hosts and a configuration in a work folder."""

    def __init__(self, binary, work, hosts=150, port=18480, gap_ms=40):
        self.binary, self.work, self.gap_ms = binary, work, gap_ms
        work.mkdir(parents=True, exist_ok=True)
        ca, listed = work / "ca.pem", work / "list.csv"
        command = [binary, "simweb", "--hosts", str(hosts), "--port", str(port)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.control = f"http://127.0.0.1:{port}/__simweb"
        self.flags = ["--connect-to", f"127.0.0.1:{port}", f"127.0.0.1:{port + 1}", "--ca", str(ca)]
        habits = {host["hostname"]: host["habit"] for host in json.loads(self.started(f"hosts?n={hosts}"))}
        # These answer 429 by the clock: the second month over them would have other rows.
        seeds = csv.reader(self.asked(f"seeds.csv?n={hosts}").decode().splitlines())
        rows = [row for row in seeds if habits.get(row[2]) != "limited_once"]
        ca.write_bytes(self.asked("ca.pem"))
        with listed.open("w", newline="") as file:
            csv.writer(file).writerows(rows)
        source = 'file = "list.csv"\nsource_type = "curated"\nsource_reference_url = "https://lists.example/all"\n'
        (work / "sources.toml").write_text(f"[[source]]\n{source}")
        self.config = work / "deklaro.toml"
        self.config.write_text(
            f'sources = "{work}/sources.toml"\n[crawl]\ngap_ms = {gap_ms}\nretries = 1\nbackoff_ms = 50\nmax_retry_after_ms = 1000\n'
            "max_crawl_delay_ms = 0\nconnect_timeout_ms = 3000\nheaders_timeout_ms = 3000\nbody_timeout_ms = 4000\n"
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGINT)
        self.process.wait()

    def asked(self, control, method="GET"):
        """What a control of the simulation answers."""
        return urllib.request.urlopen(urllib.request.Request(f"{self.control}/{control}", method=method)).read()

    def started(self, control):
        """Asks until it answers."""
        for _ in range(200):
            try:
                return self.asked(control)
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("the simulated web does not answer")

    def alone(self, environment, month="2026-11"):
        """The month in one process; its store."""
        store = self.work / "alone"
        command = [self.binary, "--store", store, "run", "--month", month, "--config", self.config, *self.flags]
        began = time.monotonic()
        subprocess.run(command, env=environment, check=True, capture_output=True)
        print(f"one process: {time.monotonic() - began:.1f} s")
        return store

    def pauses_kept(self):
        """Checks the pauses between two requests of a host, by the simulated web's own clock, and forgets the requests."""
        last, pauses = {}, []
        for line in self.asked("seen").splitlines():
            seen = json.loads(line)
            if seen["method"] == "TLS":
                continue
            before = last.get(seen["host"])
            if before is not None:
                pauses.append((seen["at_us"] - before) / 1000)
            last[seen["host"]] = seen["at_us"]
        # A millisecond of doubt for two clocks.
        assert pauses and min(pauses) >= self.gap_ms - 1, f"a host was asked again after {min(pauses, default=None)} ms"
        self.asked("forget", "PUT")
        return f"smallest pause {min(pauses):.1f} ms of {len(pauses)} (gap {self.gap_ms} ms)"


def is_volatile(column):
    """What differs between two runs over the same web, as `ColumnSpec::is_volatile` has it: clocks, durations, run ids, addresses."""
    return column.endswith(("_ms", "_at", "_since")) or column in ("run_id", "remote_address", "response_headers")


def same_tables(one, other, snapshot="2026-11.0"):
    """Checks that two stores have the same rows in every table that does not describe the run itself, and the same page bytes."""
    folders = [pathlib.Path(store) / "snapshots" / f"snapshot={snapshot}" / "tables" for store in (one, other)]
    names = [sorted(path.name for path in folder.iterdir()) for folder in folders]
    assert names[0] == names[1], names
    places = {name: [folder / name for folder in folders] for name in names[0] if not name.startswith("meta_") and name != "scans"}
    places["bodies"] = [pathlib.Path(store) / "evidence" / f"snapshot={snapshot}" for store in (one, other)]
    connection, counted = duckdb.connect(), 0
    for name, (left, right) in places.items():
        columns = [row[0] for row in connection.sql(f"describe from read_parquet('{left}/*.parquet')").fetchall()]
        steady = ", ".join(f'"{column}"' for column in columns if not is_volatile(column))
        rows = [f"(select {steady} from read_parquet('{place}/*.parquet'))" for place in (left, right)]
        total = connection.sql(f"select count(*) from {rows[0]}").fetchall()[0][0]
        for lacks, has, where in ((rows[0], rows[1], other), (rows[1], rows[0], one)):
            missing = connection.sql(f"{lacks} except all {has} limit 3").fetchall()
            assert not missing, f"table `{name}`: rows that {where} lacks: {missing}"
        assert total > 0 or name in ("changes", "seed_rejects"), f"table `{name}` has no row"
        counted += total
    return f"{counted} rows of {len(places)} tables, the same"
